// A TLS door before a server that speaks none: it shows a certificate of its own making, which nobody trusts but those
// who are told to, and hands the bytes on both ways.
//
//   ScriptedHttpServer server;
//   TlsFront front(server.port());
//   ... call front.url(), trusting front.certificate_file() ...
#ifndef ATTUNE_TESTS_FAKES_TLS_FRONT_H_
#define ATTUNE_TESTS_FAKES_TLS_FRONT_H_

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/context.hpp>
#include <string>
#include <string_view>
#include <thread>

namespace attune {

class TlsFront {
 public:
  // `server_port` on loopback.
  explicit TlsFront(int server_port);
  ~TlsFront();

  // "https://127.0.0.1:<port><path>"
  std::string url(std::string_view path = "/v1") const;
  // PEM, for the front's lifetime.
  const std::string& certificate_file() const { return certificate_file_; }

 private:
  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(asio::ip::tcp::socket socket);

  const int server_port_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::io_context context_{1};
  asio::ip::tcp::acceptor acceptor_{context_};
  std::string certificate_file_;
  std::thread thread_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_TLS_FRONT_H_

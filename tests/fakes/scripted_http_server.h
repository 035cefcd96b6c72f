// A loopback HTTP/1.1 server that does what a script says: splits, stalls, truncates, lies, resets. It records what
// clients sent and how they left.
//
//   ScriptedHttpServer server;
//   server.Add(WholeResponse(500, "{}"));
//   ... call server.url() ...
//   ASSERT_TRUE(server.WaitForAborted(1));
#ifndef ATTUNE_TESTS_FAKES_SCRIPTED_HTTP_SERVER_H_
#define ATTUNE_TESTS_FAKES_SCRIPTED_HTTP_SERVER_H_

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/fakes/server_script.h"

namespace attune {

struct RecordedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case; repeated ones as one value, joined with ", "
  std::string body;
  size_t connection = 0;  // from 0, in the order of accepting
};

// All functions may be called from any thread.
class ScriptedHttpServer {
 public:
  // How long the Wait functions wait before they give up and return false.
  static constexpr std::chrono::seconds kWaitLimit{20};

  ScriptedHttpServer();
  ~ScriptedHttpServer();

  int port() const { return port_; }
  // "http://127.0.0.1:<port><path>"
  std::string url(std::string_view path = "/v1") const;

  // For the next request that has no script yet; once those are used up, `Always` answers.
  void Add(ServerScript script);
  void Always(std::function<ServerScript(const RecordedRequest&)> answer);

  // Played on each connection from now on before anything is read from it.
  void Greet(ServerScript greeting);

  std::vector<RecordedRequest> requests() const;
  size_t connections() const;       // accepted so far
  size_t open_connections() const;  // now
  size_t aborted() const;           // requests whose client closed before their script was done

  bool WaitForRequests(size_t count) const;
  bool WaitForAborted(size_t count) const;
  bool WaitForOpenConnections(size_t count) const;  // exactly

 private:
  using Socket = asio::ip::tcp::socket;
  struct Outcome {
    bool keep = false;     // the connection serves the next request
    bool aborted = false;  // by the client
  };

  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(Socket socket, size_t number, ServerScript greeting);
  asio::awaitable<bool> ReadRequest(Socket& socket, std::string& buffer, RecordedRequest& request);
  asio::awaitable<Outcome> Play(Socket& socket, ServerScript script);
  asio::awaitable<bool> Drip(Socket& socket, const std::string& bytes);
  asio::awaitable<bool> SendBytes(Socket& socket, const std::string& bytes);
  ServerScript ScriptFor(const RecordedRequest& request);
  bool WaitUntil(const std::function<bool()>& condition) const;
  void Note(const std::function<void()>& change);

  asio::io_context context_{1};
  asio::ip::tcp::acceptor acceptor_{context_};
  int port_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  ServerScript greeting_;
  std::deque<ServerScript> scripts_;
  std::function<ServerScript(const RecordedRequest&)> always_;
  std::vector<RecordedRequest> requests_;
  size_t connections_ = 0;
  size_t open_ = 0;
  size_t aborted_ = 0;

  std::thread thread_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_SCRIPTED_HTTP_SERVER_H_

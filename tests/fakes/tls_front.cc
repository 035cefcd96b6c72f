#include "tests/fakes/tls_front.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/redirect_error.hpp>
#include <asio/ssl/impl/src.hpp>  // Asio's TLS is compiled here alone
#include <asio/ssl/stream.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/strings.h"

namespace attune {
namespace {

using asio::use_awaitable;
using asio::ip::tcp;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

constexpr long kDay = 24 * 3600;  // seconds

void AddExtension(X509* certificate, int id, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Of 127.0.0.1, signed by itself.
Certificate NewCertificate(EVP_PKEY* key) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), getpid());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("a test"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  AddExtension(certificate.get(), NID_subject_alt_name, "IP:127.0.0.1");
  AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

void WritePem(const std::string& file, X509* certificate) {
  FILE* out = std::fopen(file.c_str(), "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);
}

// Hands bytes on until one of the two sides ends.
template <typename From, typename To>
asio::awaitable<void> Pump(From& from, To& to) {
  std::array<char, 16 << 10> bytes;
  asio::error_code error;
  while (!error) {
    const size_t size = co_await from.async_read_some(asio::buffer(bytes), asio::redirect_error(use_awaitable, error));
    if (error) break;
    co_await asio::async_write(to, asio::buffer(bytes.data(), size), asio::redirect_error(use_awaitable, error));
  }
}

}  // namespace

TlsFront::TlsFront(int server_port) : server_port_(server_port) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate certificate = NewCertificate(key.get());
  SSL_CTX_use_certificate(tls_.native_handle(), certificate.get());
  SSL_CTX_use_PrivateKey(tls_.native_handle(), key.get());
  acceptor_.open(tcp::v4());
  acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  acceptor_.listen(4096);
  certificate_file_ = (std::filesystem::temp_directory_path() /
                       StrCat("attune_test_", getpid(), "_", acceptor_.local_endpoint().port(), ".pem"))
                          .string();
  WritePem(certificate_file_, certificate.get());
  asio::co_spawn(context_, Accept(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

TlsFront::~TlsFront() {
  context_.stop();
  thread_.join();
  std::error_code ignored;
  std::filesystem::remove(certificate_file_, ignored);
}

std::string TlsFront::url(std::string_view path) const {
  return StrCat("https://127.0.0.1:", acceptor_.local_endpoint().port(), path);
}

asio::awaitable<void> TlsFront::Accept() {
  while (true) {
    asio::error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, error));
    if (!error) asio::co_spawn(context_, Serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> TlsFront::Serve(tcp::socket socket) {
  using namespace asio::experimental::awaitable_operators;  // NOLINT: the only way to have them
  asio::ssl::stream<tcp::socket> client(std::move(socket), tls_);
  asio::error_code error;
  co_await client.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(use_awaitable, error));
  if (error) co_return;
  tcp::socket server(context_);
  const tcp::endpoint address(asio::ip::address_v4::loopback(), static_cast<uint16_t>(server_port_));
  co_await server.async_connect(address, asio::redirect_error(use_awaitable, error));
  if (error) co_return;
  co_await (Pump(client, server) || Pump(server, client));
}

}  // namespace attune

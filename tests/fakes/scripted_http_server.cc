#include "tests/fakes/scripted_http_server.h"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <sstream>

#include "absl/strings/ascii.h"
#include "base/strings.h"

namespace attune {
namespace {

using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kDripPause(2);

// Waits until the client closes, or sends what nobody asked for.
asio::awaitable<void> ClientGone(tcp::socket& socket) {
  asio::error_code error;
  co_await socket.async_wait(tcp::socket::wait_read, asio::redirect_error(use_awaitable, error));
}

void ParseHead(const std::string& head, RecordedRequest& request) {
  std::istringstream lines(head);
  std::string line;
  lines >> request.method >> request.target;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string value(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    const auto [header, first] = request.headers.emplace(absl::AsciiStrToLower(line.substr(0, colon)), value);
    if (!first) header->second += ", " + value;
  }
}

}  // namespace

ScriptedHttpServer::ScriptedHttpServer() {
  acceptor_.open(tcp::v4());
  acceptor_.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  acceptor_.listen(4096);
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(context_, Accept(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

ScriptedHttpServer::~ScriptedHttpServer() {
  context_.stop();
  thread_.join();
}

std::string ScriptedHttpServer::url(std::string_view path) const { return StrCat("http://127.0.0.1:", port_, path); }

void ScriptedHttpServer::Add(ServerScript script) {
  Note([&] { scripts_.push_back(std::move(script)); });
}

void ScriptedHttpServer::Always(std::function<ServerScript(const RecordedRequest&)> answer) {
  Note([&] { always_ = std::move(answer); });
}

void ScriptedHttpServer::Greet(ServerScript greeting) {
  Note([&] { greeting_ = std::move(greeting); });
}

std::vector<RecordedRequest> ScriptedHttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

size_t ScriptedHttpServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

size_t ScriptedHttpServer::open_connections() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

size_t ScriptedHttpServer::aborted() const {
  const std::lock_guard lock(mutex_);
  return aborted_;
}

bool ScriptedHttpServer::WaitForRequests(size_t count) const {
  return WaitUntil([&] { return requests_.size() >= count; });
}

bool ScriptedHttpServer::WaitForAborted(size_t count) const {
  return WaitUntil([&] { return aborted_ >= count; });
}

bool ScriptedHttpServer::WaitForOpenConnections(size_t count) const {
  return WaitUntil([&] { return open_ == count; });
}

bool ScriptedHttpServer::WaitUntil(const std::function<bool()>& condition) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kWaitLimit, condition);
}

void ScriptedHttpServer::Note(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
  changed_.notify_all();
}

ServerScript ScriptedHttpServer::ScriptFor(const RecordedRequest& request) {
  std::function<ServerScript(const RecordedRequest&)> always;
  {
    const std::lock_guard lock(mutex_);
    if (!scripts_.empty()) {
      ServerScript script = std::move(scripts_.front());
      scripts_.pop_front();
      return script;
    }
    always = always_;
  }
  return always ? always(request) : WholeResponse(599, "no script is left for this request", "text/plain");
}

asio::awaitable<void> ScriptedHttpServer::Accept() {
  while (true) {
    asio::error_code error;
    Socket socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, error));
    if (error) continue;
    size_t number = 0;
    ServerScript greeting;
    Note([&] {
      number = connections_++;
      ++open_;
      greeting = greeting_;
    });
    asio::co_spawn(context_, Serve(std::move(socket), number, std::move(greeting)), asio::detached);
  }
}

asio::awaitable<void> ScriptedHttpServer::Serve(Socket socket, size_t number, ServerScript greeting) {
  asio::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  std::string buffer;
  const Outcome greeted = co_await Play(socket, std::move(greeting));
  if (greeted.aborted) Note([&] { ++aborted_; });
  bool keep = greeted.keep;
  while (keep) {
    RecordedRequest request;
    request.connection = number;
    if (!co_await ReadRequest(socket, buffer, request)) break;
    Note([&] { requests_.push_back(request); });
    const Outcome outcome = co_await Play(socket, ScriptFor(request));
    keep = outcome.keep;
    if (outcome.aborted) Note([&] { ++aborted_; });
  }
  socket.close(ignored);
  Note([&] { --open_; });
}

asio::awaitable<bool> ScriptedHttpServer::ReadRequest(Socket& socket, std::string& buffer, RecordedRequest& request) {
  asio::error_code error;
  const size_t head = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n",
                                                      asio::redirect_error(use_awaitable, error));
  if (error) co_return false;
  ParseHead(buffer.substr(0, head), request);
  buffer.erase(0, head);
  const size_t length = std::strtoul(request.headers["content-length"].c_str(), nullptr, 10);
  if (buffer.size() < length) {
    co_await asio::async_read(socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(length - buffer.size()),
                              asio::redirect_error(use_awaitable, error));
    if (error) co_return false;
  }
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  co_return true;
}

asio::awaitable<bool> ScriptedHttpServer::SendBytes(Socket& socket, const std::string& bytes) {
  asio::error_code error;
  co_await asio::async_write(socket, asio::buffer(bytes), asio::redirect_error(use_awaitable, error));
  co_return !error;
}

// False once the client has closed.
asio::awaitable<bool> ScriptedHttpServer::Drip(Socket& socket, const std::string& bytes) {
  using namespace asio::experimental::awaitable_operators;  // NOLINT: the only way to have them
  asio::steady_timer pause(context_, kDripPause);
  const auto first = co_await (pause.async_wait(use_awaitable) || ClientGone(socket));
  if (first.index() == 1) co_return false;
  co_return co_await SendBytes(socket, bytes);
}

asio::awaitable<ScriptedHttpServer::Outcome> ScriptedHttpServer::Play(Socket& socket, ServerScript script) {
  using namespace asio::experimental::awaitable_operators;  // NOLINT: the only way to have them
  for (const ServerScript::Step& step : script.steps()) {
    switch (step.act) {
      case ServerScript::Act::kSend:
        if (!co_await SendBytes(socket, step.bytes)) co_return Outcome{.keep = false, .aborted = true};
        break;
      case ServerScript::Act::kPass: {
        const auto first = co_await (step.gate.Pass() || ClientGone(socket));
        if (first.index() == 1) co_return Outcome{.keep = false, .aborted = true};
        break;
      }
      case ServerScript::Act::kDrip:
        while (co_await Drip(socket, step.bytes)) {
        }
        co_return Outcome{.keep = false, .aborted = true};
      case ServerScript::Act::kStall:
        co_await ClientGone(socket);
        co_return Outcome{.keep = false, .aborted = true};
      case ServerScript::Act::kClose:
        co_return Outcome{};
      case ServerScript::Act::kReset: {
        asio::error_code ignored;
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        co_return Outcome{};
      }
    }
  }
  co_return Outcome{.keep = true, .aborted = false};
}

}  // namespace attune

// bench_provider: a chat completions server on loopback that costs next to nothing, for measuring what stands in front
// of it. A process of its own, so that its CPU is not counted.
//
// The model's name is the script: words separated by "-", each a letter and a number, in any order:
//   d20   wait 20 ms before answering            c64   64 chunks, if the request asks for a stream
//   p500  pause 500 us after each chunk
// Prints "serves on 127.0.0.1:PORT;" when it does. Ends with its standard input.
#include <unistd.h>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/error.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <charconv>
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using asio::ip::tcp;

constexpr size_t kAnswerBytes = 600;  // of text
constexpr size_t kBodyBytes = 2048;   // of the whole JSON
constexpr std::chrono::seconds kLongPause{1};
constexpr size_t kRequestBytes = 8192;  // first read buffer

struct Script {
  std::chrono::milliseconds delay{0};
  int chunks = 16;
  std::chrono::microseconds pause{0};
};

std::string Text(size_t bytes) {
  constexpr std::string_view kSentence = "The warranty covers two years from the date of purchase. ";
  std::string text;
  while (text.size() < bytes) text += kSentence;
  return text.substr(0, bytes);
}

std::string WholeResponse() {
  std::string body = R"({"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"bench",)"
                     R"("choices":[{"index":0,"message":{"role":"assistant","content":")" +
                     Text(kAnswerBytes) +
                     R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":400,)"
                     R"("completion_tokens":150,"total_tokens":550},"service_tier":"default","system_fingerprint":")";
  body += std::string(kBodyBytes - body.size() - 2, 'f') + "\"}";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// One piece of a body in "Transfer-Encoding: chunked".
std::string Piece(std::string_view event) {
  char size[16];
  const auto end = std::to_chars(size, size + sizeof(size), event.size(), 16);
  return std::string(size, end.ptr) + "\r\n" + std::string(event) + "\r\n";
}

std::string Chunk(std::string_view delta, std::string_view finish_reason) {
  return Piece(
      R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":[)"
      R"({"index":0,"delta":{"content":")" +
      std::string(delta) + R"("},"logprobs":null,"finish_reason":)" + std::string(finish_reason) + "}]}\n\n");
}

const std::string kWhole = WholeResponse();
const std::string kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kStreamChunk = Chunk("two years ", "null");
const std::string kStreamEnd = Chunk("", "\"stop\"") + Piece("data: [DONE]\n\n") + "0\r\n\r\n";

Script ScriptOf(std::string_view body) {
  Script script;
  constexpr std::string_view kKey = R"("model":")";
  size_t at = body.find(kKey);
  if (at == std::string_view::npos) return script;
  at += kKey.size();
  const std::string_view name = body.substr(at, body.find('"', at) - at);
  for (size_t word = 0; word < name.size(); word = std::min(name.find('-', word), name.size()) + 1) {
    int number = 0;
    std::from_chars(name.data() + word + 1, name.data() + name.size(), number);
    if (name[word] == 'd') script.delay = std::chrono::milliseconds(number);
    if (name[word] == 'c') script.chunks = number;
    if (name[word] == 'p') script.pause = std::chrono::microseconds(number);
  }
  return script;
}

asio::awaitable<void> Wait(std::chrono::microseconds time) {
  if (time.count() == 0) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

// The same, but ends with an exception if the other side closes meanwhile. Dearer, so for long pauses only.
asio::awaitable<void> WaitWhileOpen(tcp::socket& socket, std::chrono::microseconds time) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  const auto first = co_await (timer.async_wait(asio::use_awaitable) ||
                               socket.async_wait(tcp::socket::wait_read, asio::use_awaitable));
  if (first.index() == 1) throw asio::system_error(asio::error::eof);
}

asio::awaitable<void> Answer(tcp::socket& socket, std::string_view body) {
  const Script script = ScriptOf(body);
  co_await Wait(script.delay);
  if (body.find(R"("stream":true)") == std::string_view::npos) {
    co_await asio::async_write(socket, asio::buffer(kWhole), asio::use_awaitable);
    co_return;
  }
  co_await asio::async_write(socket, asio::buffer(kStreamHead), asio::use_awaitable);
  for (int i = 0; i < script.chunks; ++i) {
    co_await asio::async_write(socket, asio::buffer(kStreamChunk), asio::use_awaitable);
    if (script.pause < kLongPause) {
      co_await Wait(script.pause);
    } else {
      co_await WaitWhileOpen(socket, script.pause);
    }
  }
  co_await asio::async_write(socket, asio::buffer(kStreamEnd), asio::use_awaitable);
}

// Bytes of the request at the front of `input`, head and body; 0 until it is whole.
size_t RequestBytes(std::string_view input, size_t& body_begins) {
  const size_t head = input.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  body_begins = head + 4;
  const size_t field = input.find("Content-Length: ");  // as curl writes it
  size_t length = 0;
  if (field < head) std::from_chars(input.data() + field + 16, input.data() + head, length);
  return input.size() >= body_begins + length ? body_begins + length : 0;
}

asio::awaitable<void> Serve(tcp::socket socket) {
  socket.set_option(tcp::no_delay(true));
  std::string input(kRequestBytes, '\0');
  size_t filled = 0;
  try {
    while (true) {
      size_t body_begins = 0;
      const size_t bytes = RequestBytes({input.data(), filled}, body_begins);
      if (bytes > 0) {
        co_await Answer(socket, std::string_view(input).substr(body_begins, bytes - body_begins));
        input.erase(0, bytes);
        filled -= bytes;
      }
      if (input.size() < filled + kRequestBytes) input.resize(filled + kRequestBytes);
      if (bytes > 0 && filled > 0) continue;
      filled += co_await socket.async_read_some(asio::buffer(input.data() + filled, input.size() - filled),
                                                asio::use_awaitable);
    }
  } catch (const asio::system_error&) {  // the other side has closed
  }
}

asio::awaitable<void> Accept(tcp::acceptor acceptor) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), Serve(std::move(socket)), asio::detached);
  }
}

}  // namespace

int main() {
  asio::io_context io(1);
  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  std::cout << "serves on 127.0.0.1:" << acceptor.local_endpoint().port() << ";" << std::endl;
  asio::co_spawn(io, Accept(std::move(acceptor)), asio::detached);
  asio::posix::stream_descriptor parent(io, dup(STDIN_FILENO));
  parent.async_wait(asio::posix::stream_descriptor::wait_read, [&io](const asio::error_code&) { io.stop(); });
  io.run();
}

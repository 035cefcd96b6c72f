#include "tests/end_to_end/third_party_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include "absl/strings/numbers.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr std::string_view kListening = " on http://127.0.0.1:";

// The port in what the server said so far, once something stands behind its digits; else 0.
uint16_t ListeningPort(std::string_view output) {
  const size_t at = output.find(kListening);
  if (at == std::string_view::npos) return 0;
  output.remove_prefix(at + kListening.size());
  const size_t end = output.find_first_not_of("0123456789");
  int port = 0;
  if (end == std::string_view::npos || !absl::SimpleAtoi(AbslView(output.substr(0, end)), &port)) return 0;
  return static_cast<uint16_t>(port);
}

}  // namespace

std::string ThirdPartyProgram(std::string_view program) {
  const char* folder = std::getenv("ATTUNE_THIRD_PARTY");
  return StrCat(folder != nullptr ? folder : ATTUNE_SOURCE_DIR "/build/third_party", "/", program);
}

ThirdPartyServer::ThirdPartyServer(const std::vector<std::string>& command,
                                   const AttunedProcess::Environment& environment) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return;
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(fds[1], STDOUT_FILENO);
    dup2(fds[1], STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no server behind
    if (getppid() != parent) _exit(126);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    Exec(command);
  }
  close(fds[1]);
  output_fd_ = fds[0];
  ReadUntilListening();
}

ThirdPartyServer::~ThirdPartyServer() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (output_fd_ >= 0) close(output_fd_);
}

void ThirdPartyServer::ReadUntilListening() {
  char buffer[4096];
  while (port_ == 0) {
    pollfd readable = {output_fd_, POLLIN, 0};
    if (poll(&readable, 1, kThirdPartyStartMilliseconds) != 1) return;
    const ssize_t count = read(output_fd_, buffer, sizeof(buffer));
    if (count <= 0) return;
    output_.append(buffer, static_cast<size_t>(count));
    port_ = ListeningPort(output_);
  }
}

std::string ThirdPartyServer::url(std::string_view path) const { return StrCat("http://127.0.0.1:", port_, path); }

std::string ThirdPartyServer::Exchange(std::string_view method, std::string_view target, std::string_view body) const {
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  asio::error_code error;
  socket.connect({asio::ip::address_v4::loopback(), port_}, error);
  if (error) return "";
  // HTTP/1.0: the answer comes in one piece and ends with the connection.
  const std::string request =
      StrCat(method, " ", target,
             " HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
             "\r\n\r\n", body);
  asio::write(socket, asio::buffer(request), error);
  std::string answer;
  asio::read(socket, asio::dynamic_buffer(answer, kMaxThirdPartyAnswerBytes), error);
  const size_t head = answer.find("\r\n\r\n");
  return head == std::string::npos ? "" : answer.substr(head + 4);
}

}  // namespace attune

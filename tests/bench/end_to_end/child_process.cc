#include "tests/bench/end_to_end/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace attune::bench {
namespace {

[[noreturn]] void Launch(const std::vector<std::string>& command, const ChildProcess::Environment& environment,
                         int input, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // an interrupted benchmark leaves nothing behind
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  setenv("no_proxy", "*", 1);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

// Empty until the line is whole.
std::string AddressIn(const std::string& output) {
  constexpr std::string_view kMark = "serves on ";
  const size_t at = output.find(kMark);
  if (at == std::string::npos) return "";
  const size_t begin = at + kMark.size();
  const size_t end = output.find(';', begin);
  return end == std::string::npos ? "" : output.substr(begin, end - begin);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const Environment& environment) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return;
  if (pipe2(out, O_CLOEXEC) != 0) return;
  input_ = in[1];
  output_fd_ = out[0];
  pid_ = fork();
  if (pid_ == 0) Launch(command, environment, in[0], out[1]);
  close(in[0]);
  close(out[1]);
  char byte = 0;
  while (address_.empty() && read(output_fd_, &byte, 1) == 1) {
    output_ += byte;
    if (byte == ';') address_ = AddressIn(output_);
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    char rest[4096];
    while (read(output_fd_, rest, sizeof(rest)) > 0) continue;  // until it ends
    waitpid(pid_, nullptr, 0);
  }
  if (input_ >= 0) close(input_);
  if (output_fd_ >= 0) close(output_fd_);
}

double ChildProcess::CpuSeconds() const {
  clockid_t clock = 0;
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

int64_t ChildProcess::ResidentBytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  int64_t total = 0;
  int64_t resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

int64_t ChildProcess::WrittenBytes() const {
  std::ifstream io("/proc/" + std::to_string(pid_) + "/io");
  std::string name;
  for (int64_t value = 0; io >> name >> value;) {
    if (name == "write_bytes:") return value;
  }
  return 0;
}

}  // namespace attune::bench

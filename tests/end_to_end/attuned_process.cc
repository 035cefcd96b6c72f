#include "tests/end_to_end/attuned_process.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace attune {
namespace {

std::string ReadAll(int fd) {
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = read(fd, buffer, sizeof(buffer))) > 0) text.append(buffer, count);
  return text;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int ExitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "attune-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

AttunedProcess::AttunedProcess(std::vector<std::string> flags, Environment environment) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return;
  pid_ = fork();
  if (pid_ == 0) Launch(flags, environment, fds[1]);
  close(fds[1]);
  output_fd_ = fds[0];
  ReadUntilServing(fds[0]);
}

void AttunedProcess::Launch(const std::vector<std::string>& flags, const Environment& environment,
                            int output_fd) const {
  dup2(output_fd, STDOUT_FILENO);
  dup2(output_fd, STDERR_FILENO);
  // A test's change of user becomes a whole one; else the kernel takes the server for a set-user-id program, which the
  // leak check of the address sanitizer may not look into.
  if (geteuid() != getuid() && setresuid(geteuid(), geteuid(), geteuid()) != 0) _exit(126);
  for (const char* vendor : {"OPENAI", "ANTHROPIC", "GEMINI"}) {
    for (const char* suffix : {"_API_KEY", "_BASE_URL"}) unsetenv((std::string(vendor) + suffix).c_str());
  }
  unsetenv("OTEL_EXPORTER_OTLP_ENDPOINT");
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<std::string> command = {ATTUNE_BIN_DIR "/attuned", "--listen", "127.0.0.1:0"};
  command.insert(command.end(), flags.begin(), flags.end());
  Exec(command);
}

void AttunedProcess::ReadUntilServing(int fd) {
  char byte = 0;
  while (output_.find("attune --help") == std::string::npos && read(fd, &byte, 1) == 1) output_ += byte;
  const size_t at = output_.find("serves on ");
  if (at == std::string::npos) return;
  const size_t begin = at + 10;
  address_ = output_.substr(begin, output_.find(';', begin) - begin);
  running_ = true;
}

AttunedProcess::~AttunedProcess() {
  if (running_) Stop(SIGKILL);
  if (!running_ && pid_ > 0) waitpid(pid_, nullptr, WNOHANG);
  if (output_fd_ >= 0) close(output_fd_);
}

bool AttunedProcess::Signal(int signal, const std::string& said) {
  kill(pid_, signal);
  const size_t before = output_.size();
  char byte = 0;
  while (read(output_fd_, &byte, 1) == 1) {
    output_ += byte;
    if (byte == '\n' && output_.find(said, before) != std::string::npos) return true;
  }
  return false;
}

int AttunedProcess::Stop(int signal) {
  kill(pid_, signal);
  output_ += ReadAll(output_fd_);  // until it ends
  int status = 0;
  waitpid(pid_, &status, 0);
  running_ = false;
  pid_ = -1;
  return ExitCode(status);
}

int AttunedProcess::OpenSockets() const {
  int sockets = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd", error)) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone).string().starts_with("socket:")) ++sockets;
  }
  return sockets;
}

int64_t AttunedProcess::ResidentBytes() const {
  std::istringstream statm(ReadFile("/proc/" + std::to_string(pid_) + "/statm"));
  int64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void Exec(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

CommandResult RunCommand(const std::vector<std::string>& command) {
  TemporaryDirectory directory;
  const std::string out = directory.File("out"), err = directory.File("err");
  const pid_t pid = fork();
  if (pid == 0) {
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(open(out.c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    Exec(command);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return {ExitCode(status), ReadFile(out), ReadFile(err)};
}

}  // namespace attune

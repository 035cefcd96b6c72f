// The real attuned as a child process of a test.
#ifndef ATTUNE_TESTS_END_TO_END_ATTUNED_PROCESS_H_
#define ATTUNE_TESTS_END_TO_END_ATTUNED_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace attune {

// A fresh directory below the system's temporary one, removed with all it holds.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class AttunedProcess {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  // Starts attuned on a free loopback port and waits until it serves. `flags` come after --listen. On failure running()
  // is false, and output() has what it said.
  explicit AttunedProcess(std::vector<std::string> flags, Environment environment = {});
  ~AttunedProcess();  // SIGKILL, if it still runs
  AttunedProcess(const AttunedProcess&) = delete;
  AttunedProcess& operator=(const AttunedProcess&) = delete;

  bool running() const { return running_; }
  const std::string& address() const { return address_; }  // 127.0.0.1:port
  const std::string& output() const { return output_; }    // as far as it was waited for
  pid_t pid() const { return pid_; }

  // Sends the signal and waits for a line that holds `said`. False: it ended without one.
  bool Signal(int signal, const std::string& said);

  // Sends the signal and waits for the end: the exit code, or minus the signal that ended it.
  int Stop(int signal);

  int OpenSockets() const;        // TCP sockets of any kind, from /proc
  int64_t ResidentBytes() const;  // from /proc

 private:
  void Launch(const std::vector<std::string>& flags, const Environment& environment, int output_fd) const;
  void ReadUntilServing(int fd);

  pid_t pid_ = -1;
  int output_fd_ = -1;
  bool running_ = false;
  std::string address_;
  std::string output_;
};

// For a process just forked: becomes the program, or says why not and ends.
[[noreturn]] void Exec(const std::vector<std::string>& command);

// Runs a program to its end. stdin is empty.
struct CommandResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};
CommandResult RunCommand(const std::vector<std::string>& command);

}  // namespace attune

#endif  // ATTUNE_TESTS_END_TO_END_ATTUNED_PROCESS_H_

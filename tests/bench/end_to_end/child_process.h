// A server under measurement as a child process, and what the kernel says it used.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_CHILD_PROCESS_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_CHILD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace attune::bench {

class ChildProcess {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  // Starts the program and waits until it has printed "serves on HOST:PORT;". On failure address() is empty and
  // output() has what it said.
  explicit ChildProcess(const std::vector<std::string>& command, const Environment& environment = {});
  // SIGTERM, and waits for the end.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  const std::string& address() const { return address_; }
  const std::string& output() const { return output_; }
  pid_t pid() const { return pid_; }

  // User and system time of all its threads so far, ended ones included, in seconds. The process's CPU clock counts
  // what /proc/PID/stat does, in nanoseconds in place of ticks of 10 ms.
  double CpuSeconds() const;
  int64_t ResidentBytes() const;
  int64_t WrittenBytes() const;  // that it caused to be sent to the disk

 private:
  pid_t pid_ = -1;
  int input_ = -1;  // its standard input ends with this object, however that comes about
  int output_fd_ = -1;
  std::string address_;
  std::string output_;
};

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_CHILD_PROCESS_H_

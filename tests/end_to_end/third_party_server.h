// A server that others wrote, as a child process of a test. tests/third_party/install brings them.
#ifndef ATTUNE_TESTS_END_TO_END_THIRD_PARTY_SERVER_H_
#define ATTUNE_TESTS_END_TO_END_THIRD_PARTY_SERVER_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/end_to_end/attuned_process.h"

namespace attune {

// Longest wait for the server's next words while it starts; a hang becomes a failed test that shows what it said.
constexpr int kThirdPartyStartMilliseconds = 120'000;
constexpr size_t kMaxThirdPartyAnswerBytes = 16 << 20;

// Where `program` should be: below the folder that ATTUNE_THIRD_PARTY names, else build/third_party.
std::string ThirdPartyProgram(std::string_view program);

class ThirdPartyServer {
 public:
  // Starts `command`, which must ask for port 0 of 127.0.0.1, and waits until the server has said where it listens:
  // "... on http://127.0.0.1:<port>". The port is free because the system chose it. On failure running() is false, and
  // output() has what the server said.
  ThirdPartyServer(const std::vector<std::string>& command, const AttunedProcess::Environment& environment);
  ~ThirdPartyServer();  // SIGKILL
  ThirdPartyServer(const ThirdPartyServer&) = delete;
  ThirdPartyServer& operator=(const ThirdPartyServer&) = delete;

  bool running() const { return port_ != 0; }
  const std::string& output() const { return output_; }  // up to when it listened, or ended
  std::string url(std::string_view path) const;

  // One exchange with the server itself, apart from attuned: the body of its answer. Empty if there was none.
  std::string Exchange(std::string_view method, std::string_view target, std::string_view body) const;

 private:
  void ReadUntilListening();

  pid_t pid_ = -1;
  int output_fd_ = -1;  // stays open, so that the server may go on writing: 64 KiB, which no test fills
  uint16_t port_ = 0;
  std::string output_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_END_TO_END_THIRD_PARTY_SERVER_H_

// A log for machines: one line of JSON an event, written by a thread of its own, so that a reader that does not read
// never holds up those who log.
//
//   Log log(STDERR_FILENO, clock);
//   log.Write("ask_failed", {{"reason", "PROVIDER_CUT"}, {"attempts", 3}});
//
//   {"time":"2026-01-31T12:00:00.250000Z","event":"ask_failed","reason":"PROVIDER_CUT","attempts":3}
#ifndef ATTUNE_BASE_LOG_H_
#define ATTUNE_BASE_LOG_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace attune {

inline constexpr size_t kMaxLogLineBytes = 4096;  // PIPE_BUF: a pipe takes such a line whole or not at all

struct LogField {
  std::string_view name;
  std::variant<std::string_view, int64_t> value;  // texts are UTF-8; an empty one is left out
};

struct LogOptions {
  size_t max_lines = 1'024;                 // that wait to be written; further ones are dropped
  absl::Duration drain = absl::Seconds(1);  // how long the end waits for a reader that does not read
};

// Thread-safe. An event that cannot be written is dropped and counted: because too many wait, its line would be too
// long, or the file refuses it. The next line that is written tells in its field `dropped` how many were lost since the
// one before.
class Log {
 public:
  // Writes to the open file `fd`, which stays the caller's and, like `clock`, must outlive it. SIGPIPE must be ignored.
  Log(int fd, const Clock& clock, LogOptions options = {});
  // Writes what waits, as far as the reader takes it in time.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Never waits for the file. The caller leaves out of the fields what must not be logged.
  void Write(std::string_view event, std::initializer_list<LogField> fields);

  int64_t dropped() const;  // in all

 private:
  void Run();
  // The next line, with its end, and how many lost ones it and those before it tell of. Empty: the log is to stop and
  // has nothing left.
  std::string Take(int64_t& told);
  bool WriteLine(std::string_view line) const;
  // False: the time to drain is over and the file takes no more.
  bool WaitUntilWritable() const;
  bool IsOver() const;

  const int fd_;
  const Clock& clock_;
  const LogOptions options_;
  mutable Mutex mutex_;
  CondVar work_;
  std::deque<std::string> lines_ ABSL_GUARDED_BY(mutex_);  // without their last brace
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t told_ ABSL_GUARDED_BY(mutex_) = 0;  // of the dropped ones, by lines
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point stop_by_ ABSL_GUARDED_BY(mutex_);
  std::thread writer_;  // last: it uses all of the above
};

}  // namespace attune

#endif  // ATTUNE_BASE_LOG_H_

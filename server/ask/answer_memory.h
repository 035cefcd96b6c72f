// The latest answers to requests with a `request_id`, so that a retry gets the first answer and pays nothing. A retry
// that overlaps the first call waits for it. In memory only: bounded, forgotten at a restart.
#ifndef ATTUNE_ASK_ANSWER_MEMORY_H_
#define ATTUNE_ASK_ANSWER_MEMORY_H_

#include <asio/awaitable.hpp>
#include <deque>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ask/request.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"

namespace attune {

inline constexpr size_t kRememberedAnswers = 10'000;
inline constexpr size_t kRememberedAnswerBytes = size_t{64} << 20;  // of their texts and log-probabilities, together

// Thread-safe.
class AnswerMemory {
 public:
  explicit AnswerMemory(const Clock& clock) : clock_(clock) {}

  // The first answer, or nullopt: then the caller is the first, asks, and must call Finish. Errors: INVALID_ARGUMENT
  // (REQUEST_ID_REUSED) for another fingerprint, DEADLINE_EXCEEDED, CANCELLED.
  asio::awaitable<absl::StatusOr<std::optional<AskResult>>> Begin(std::string request_id, std::string fingerprint,
                                                                  absl::Time deadline);

  // null: it failed. A failure is not remembered: the next retry is a first call again.
  void Finish(const std::string& request_id, const AskResult* answer);

 private:
  struct Entry {
    std::string fingerprint;
    std::optional<AskResult> answer;  // not set: the first call is under way
    WaitList waiters;
  };

  void ForgetOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> finished_ ABSL_GUARDED_BY(mutex_);  // oldest first
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Hash of all fields of the request but the `request_id`.
std::string AskFingerprint(const AskRequest& request);

}  // namespace attune

#endif  // ATTUNE_ASK_ANSWER_MEMORY_H_

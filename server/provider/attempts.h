// What the decorators of a provider share: which failures are whose, how many calls were made, and whether the caller
// has seen text already, after which nothing may be asked again.
#ifndef ATTUNE_PROVIDER_ATTEMPTS_H_
#define ATTUNE_PROVIDER_ATTEMPTS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "provider/provider.h"

namespace attune {

// Passes text on and notes that some has passed.
class WatchedSink final : public TextSink {
 public:
  explicit WatchedSink(TextSink* next) : next_(next) {}
  absl::Status OnText(std::string_view delta) override {
    passed_ = true;
    return next_->OnText(delta);
  }
  bool passed() const { return passed_; }
  // What to hand to the inner provider: null if the answer is not streamed.
  TextSink* get() { return next_ == nullptr ? nullptr : this; }

 private:
  TextSink* const next_;
  bool passed_ = false;
};

// The same call may well succeed a little later: the vendor was busy, unreachable or cut its answer.
bool IsWorthRetry(const absl::Status& status);
// The vendor is ailing: unreachable, busy, or answering with less than an answer. Not so when it refused the request,
// the key or the model, which it would do as well in good health; nor when the caller went away or its time is over.
bool IsVendorsFault(const absl::Status& status);
// Another vendor may answer where this one did not, or was not asked. Not so for a request that was refused for what it
// says, unless it was too long: another model may have room for it.
bool MayFallBack(const absl::Status& status);

// The failed call may have taken tokens that nobody told of: it was under way when it ended. Not one that waited for
// its turn and was never made.
bool MayHaveCost(const absl::Status& failure);

// How long the vendor itself asked us to wait, if it did.
std::optional<absl::Duration> VendorWait(const absl::Status& status);

// Calls of providers that an outcome took. An answer is one of ModelAnswer and Embeddings.
int32_t AttemptsOf(const absl::Status& failure);
template <typename Answer>
int32_t AttemptsOf(const absl::StatusOr<Answer>& outcome) {
  return outcome.ok() ? outcome->attempts : AttemptsOf(outcome.status());
}

// CANCELLED (CANCELLED): the caller went away after so many calls, while none was under way.
absl::Status CallerLeft(int32_t attempts);

// The same outcome, with calls that were made before it.
absl::Status AddAttempts(absl::Status failure, int32_t before);
template <typename Answer>
absl::StatusOr<Answer> AddAttempts(absl::StatusOr<Answer> outcome, int32_t before) {
  if (!outcome.ok()) return AddAttempts(outcome.status(), before);
  outcome->attempts += before;
  return outcome;
}

}  // namespace attune

#endif  // ATTUNE_PROVIDER_ATTEMPTS_H_

// Lets equal calls that are in flight at the same time share one call of the model.
#ifndef ATTUNE_PROVIDER_COALESCE_H_
#define ATTUNE_PROVIDER_COALESCE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"
#include "provider/provider.h"

namespace attune {

// Which calls: MayShareAnswer (call_key.h), and only those that are not streamed: a stream that waited for another one
// would begin late, or break off because another caller went away. The first of equal calls asks the model; the others
// wait for what it gets, each no longer than its own deadline, and get the same answer (`cached`) or the same failure,
// with no attempts of their own. If the first one is cancelled, or its deadline comes, another one asks. A call in a
// hurry fails where a retry or a wait for the vendor would have helped, so nobody waits for one that has less than
// kShareOfTime of its own time left. Errors of its own: DEADLINE_EXCEEDED (PROVIDER_DEADLINE), CANCELLED (attempts 0).
// Thread-safe.
class CoalesceProvider final : public Provider {
 public:
  // `clock` must outlive it. `name` is the vendor's, for errors.
  CoalesceProvider(std::string name, std::unique_ptr<Provider> inner, const Clock& clock)
      : name_(std::move(name)), inner_(std::move(inner)), clock_(clock) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  static constexpr double kShareOfTime = 0.5;

  struct Call {
    absl::Time deadline;
    bool ended = false;
    // Set before the end if anyone waits, and never changed after it. Until then, nothing that is of use to others.
    absl::StatusOr<ModelAnswer> outcome = absl::CancelledError("");
    WaitList waiting;
  };
  using CallPtr = std::shared_ptr<Call>;

  // Of a call that may share its answer.
  asio::awaitable<absl::StatusOr<ModelAnswer>> GenerateShared(const ModelRequest& request);
  // Whether the call may take as long as this request needs.
  bool HasTimeFor(const ModelRequest& request, const Call& call) const;
  // The first call, which is in `calls_`, asks the model. End must follow, whatever becomes of it.
  asio::awaitable<absl::StatusOr<ModelAnswer>> Lead(const std::string& key, Call& call, const ModelRequest& request);
  // Takes the call out of `calls_`. Whether anyone waits for its outcome.
  bool Detach(const std::string& key, const Call& call);
  void End(const std::string& key, Call& call);
  // Waits for the end of `call`. False: it ended with nothing for this caller.
  asio::awaitable<bool> Follow(CallPtr call, const ModelRequest& request, absl::StatusOr<ModelAnswer>& outcome);
  // Not yet ended: a waiter, which must be awaited.
  std::shared_ptr<WaitList::Waiter> Join(const CallPtr& call, const asio::any_io_executor& executor,
                                         absl::Duration remaining);
  absl::Status TooLate(const ModelRequest& request) const;

  const std::string name_;
  const std::unique_ptr<Provider> inner_;
  const Clock& clock_;
  Mutex mutex_;  // guards `ended` and `waiting` of the calls as well
  absl::flat_hash_map<std::string, CallPtr> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_COALESCE_H_

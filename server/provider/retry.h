// Asks the same vendor again when its failure is of the kind that passes.
#ifndef ATTUNE_PROVIDER_RETRY_H_
#define ATTUNE_PROVIDER_RETRY_H_

#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/jitter.h"
#include "base/sleep.h"
#include "provider/provider.h"
#include "provider/retry_wait.h"

namespace attune {

// A wait is at least as long as the vendor asked for. The request's deadline holds for all attempts together: when the
// wait would end after it, the failure is returned at once. Nothing is asked again after text has reached the sink.
// A failure tells in its metadata (`attempts`) how many there were, if more than one.
class RetryProvider final : public Provider {
 public:
  // Clock, sleeper and jitter must outlive it.
  RetryProvider(std::unique_ptr<Provider> inner, RetryPolicy policy, const Clock& clock, const Sleeper& sleeper,
                Jitter& jitter)
      : inner_(std::move(inner)), policy_(policy), clock_(clock), sleeper_(sleeper), jitter_(jitter) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  const std::unique_ptr<Provider> inner_;
  const RetryPolicy policy_;
  const Clock& clock_;
  const Sleeper& sleeper_;
  Jitter& jitter_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_RETRY_H_

// Failures of vendors as the decorators meet them, and a provider that plays a list of outcomes.
#ifndef ATTUNE_TESTS_PROVIDER_FAILURES_H_
#define ATTUNE_TESTS_PROVIDER_FAILURES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "provider/provider.h"

namespace attune {

inline absl::Status Failure(absl::StatusCode code, std::string_view reason) {
  return Error(code, reason).Message("it failed").With("provider", "vendor");
}
inline absl::Status Unavailable() {
  return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down").RetryAfter(absl::Seconds(1));
}
inline absl::Status Cut() { return Failure(absl::StatusCode::kUnavailable, "PROVIDER_CUT"); }
inline absl::Status Limited(std::string_view wait) {
  return Error(absl::StatusCode::kResourceExhausted, "PROVIDER_RATE_LIMIT")
      .Message("slow down")
      .RetryAfter(absl::Seconds(1))
      .With("vendor_wait", wait);
}

// What happened to one call: text that went to the sink first, then the result.
struct Outcome {
  absl::Status status;
  std::string text_first;
};

// Plays the outcomes one after the other; after the last one it answers "fine". Not thread-safe.
class ListedProvider final : public Provider {
 public:
  explicit ListedProvider(std::vector<Outcome> outcomes, std::string text = "fine")
      : outcomes_(std::move(outcomes)), text_(std::move(text)) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override {
    models.push_back(request.model);
    deadlines.push_back(request.deadline);
    first_text_by.push_back(request.first_text_by);
    patience.push_back(request.patience);
    Outcome outcome;
    if (calls() <= outcomes_.size()) outcome = outcomes_[calls() - 1];
    if (sink != nullptr && !outcome.text_first.empty()) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(outcome.text_first));
    if (!outcome.status.ok()) co_return outcome.status;
    if (sink != nullptr) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(text_));
    co_return ModelAnswer{.text = text_, .model = request.model, .finish_reason = FinishReason::kStop};
  }
  size_t calls() const { return models.size(); }

  // Of the calls, in order.
  std::vector<std::string> models;
  std::vector<absl::Time> deadlines, first_text_by;
  std::vector<absl::Duration> patience;

 private:
  const std::vector<Outcome> outcomes_;
  const std::string text_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_PROVIDER_FAILURES_H_

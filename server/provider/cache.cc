#include "provider/cache.h"

#include "base/error.h"
#include "provider/call_key.h"

namespace attune {
namespace {

bool IsWorthKeeping(const ModelAnswer& answer) {
  return answer.finish_reason == FinishReason::kStop || answer.finish_reason == FinishReason::kLength;
}

}  // namespace

asio::awaitable<absl::StatusOr<ModelAnswer>> CacheProvider::Generate(const ModelRequest& request, TextSink* sink) {
  if (!MayShareAnswer(request.parameters)) return inner_->Generate(request, sink);
  return GenerateOnce(request, sink);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> CacheProvider::GenerateOnce(const ModelRequest& request, TextSink* sink) {
  std::string key = CallKey(name_, request);
  if (const std::shared_ptr<const ModelAnswer> hit = cache_->Get(key)) {
    if (sink != nullptr && !hit->text.empty()) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(hit->text));
    co_return *hit;
  }
  absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, sink);
  if (outcome.ok() && IsWorthKeeping(*outcome)) {
    ModelAnswer kept = *outcome;
    kept.cached = true;
    kept.attempts = 0;
    kept.rate_limits = {};
    cache_->Put(std::move(key), std::move(kept));
  }
  co_return outcome;
}

}  // namespace attune

// Answers a call with an earlier answer to an equal one, where the caller lets it.
#ifndef ATTUNE_PROVIDER_CACHE_H_
#define ATTUNE_PROVIDER_CACHE_H_

#include <memory>
#include <string>
#include <utility>

#include "provider/answer_cache.h"
#include "provider/provider.h"

namespace attune {

// Which calls: MayShareAnswer (call_key.h). An answer from the cache is marked (`cached`, no attempts); a stream gets
// it as one piece of text. Only whole answers are kept: a refusal or a filtered one may be another the next time.
class CacheProvider final : public Provider {
 public:
  // `name` tells the providers apart that share the cache.
  CacheProvider(std::string name, std::unique_ptr<Provider> inner, std::shared_ptr<AnswerCache> cache)
      : name_(std::move(name)), inner_(std::move(inner)), cache_(std::move(cache)) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  // Of a call that may share its answer.
  asio::awaitable<absl::StatusOr<ModelAnswer>> GenerateOnce(const ModelRequest& request, TextSink* sink);

  const std::string name_;
  const std::unique_ptr<Provider> inner_;
  const std::shared_ptr<AnswerCache> cache_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_CACHE_H_

// The providers that are switched on, by name, and what is known of their models.
//
//   ProviderRegistry::Builder builder;
//   builder.Add("builtin", std::make_unique<BuiltinNearest>());
//   ProviderRegistry registry = std::move(builder).Build();
#ifndef ATTUNE_PROVIDER_REGISTRY_H_
#define ATTUNE_PROVIDER_REGISTRY_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/answer_cache.h"
#include "provider/embedder.h"
#include "provider/gauges.h"
#include "provider/model_facts.h"
#include "provider/provider.h"

namespace attune {

struct ResolvedModel {
  Provider* provider = nullptr;       // the registry's
  std::string model;                  // the vendor's own name
  std::string name;                   // "provider/model", never an alias
  const ModelFacts* facts = nullptr;  // the registry's; never null once resolved
};

struct ResolvedEmbedder {
  Embedder* embedder = nullptr;  // the registry's
  std::string model;             // the vendor's own name
  std::string name;              // "provider/model", never an alias
};

// Immutable once built, so that any thread may read it. Calls of its providers must end before it goes: whoever calls
// holds the registry for as long.
class ProviderRegistry {
 public:
  class Builder;

  // "openai/gpt-4o-mini" to the provider "openai" and its model "gpt-4o-mini"; the vendor's name may hold slashes. An
  // alias stands for its model. NOT_FOUND (PROVIDER_NOT_FOUND) names the providers that are on, and how to switch on
  // the one that was meant; INVALID_ARGUMENT (BAD_MODEL) when it is not written that way.
  absl::StatusOr<ResolvedModel> Resolve(std::string_view model) const;

  // The same for a model that makes vectors. INVALID_ARGUMENT (MODEL_CANNOT_EMBED) if the provider has no embeddings;
  // NOT_FOUND (MODEL_NOT_FOUND) if it surely has no such model.
  absl::StatusOr<ResolvedEmbedder> ResolveEmbedder(std::string_view model) const;

  // Of "provider/model"; nothing is known of one that is not in the table.
  const ModelFacts& Facts(std::string_view name) const;

  std::vector<std::string> Names() const;  // of the providers, in order

  // What each provider's decorators tell at this moment, by the provider's name.
  std::map<std::string, ProviderGauges> Gauges() const;
  // Of the answers of all its providers; null: there is none.
  const AnswerCache* cache() const { return cache_.get(); }

  // The same providers, which stay where they are, and one more, which may refer to them; `facts` are of its models.
  ProviderRegistry With(std::string name, std::unique_ptr<Provider> provider, const ModelTable& facts = {}) &&;

 private:
  struct Entry {
    std::unique_ptr<Provider> provider;
    std::unique_ptr<Embedder> embedder;      // null: none
    std::vector<const GaugeSource*> gauges;  // parts of both
  };
  struct Found {
    const Entry* entry;
    std::string_view model;  // the vendor's own name
    std::string_view name;   // "provider/model", never an alias
  };
  using Providers = std::map<std::string, Entry, std::less<>>;
  using Aliases = std::map<std::string, std::string, std::less<>>;

  ProviderRegistry(Providers providers, ModelTable models, Aliases aliases, std::shared_ptr<const AnswerCache> cache)
      : providers_(std::move(providers)),
        models_(std::move(models)),
        aliases_(std::move(aliases)),
        cache_(std::move(cache)) {}
  // Good as long as `model` and the registry are.
  absl::StatusOr<Found> Find(std::string_view model) const;
  absl::Status NotFound(std::string_view name) const;
  absl::Status CannotEmbed(std::string_view name) const;

  Providers providers_;
  ModelTable models_;
  Aliases aliases_;
  std::shared_ptr<const AnswerCache> cache_;
};

class ProviderRegistry::Builder {
 public:
  // The last one of a name wins. `gauges` are those of its decorators that have any, the embedder's (null: none) too.
  Builder& Add(std::string name, std::unique_ptr<Provider> provider, std::vector<const GaugeSource*> gauges = {},
               std::unique_ptr<Embedder> embedder = nullptr);
  // `name` is "provider/model", whose provider need not be on.
  Builder& AddModel(std::string name, ModelFacts facts);
  // Another name for the model, written like one: "team/fast".
  Builder& AddAlias(std::string alias, std::string model);
  // The one that its providers share, so that its counters can be read.
  Builder& SetCache(std::shared_ptr<const AnswerCache> cache);
  ProviderRegistry Build() &&;

 private:
  Providers providers_;
  ModelTable models_;
  Aliases aliases_;
  std::shared_ptr<const AnswerCache> cache_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_REGISTRY_H_

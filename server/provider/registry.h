// The providers that are switched on, by name.
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
#include <vector>

#include "absl/status/statusor.h"
#include "provider/provider.h"

namespace attune {

struct ResolvedModel {
  Provider* provider = nullptr;  // the registry's
  std::string model;             // the vendor's own name
};

// Immutable once built, so that any thread may read it.
class ProviderRegistry {
 public:
  class Builder;

  // "openai/gpt-4o-mini" to the provider "openai" and its model "gpt-4o-mini"; the vendor's name may hold slashes.
  // NOT_FOUND (PROVIDER_NOT_FOUND) names the providers that are on, and how to switch on the one that was meant;
  // INVALID_ARGUMENT (BAD_MODEL) when it is not written that way.
  absl::StatusOr<ResolvedModel> Resolve(std::string_view model) const;

  std::vector<std::string> Names() const;  // in order

  // The same providers, which stay where they are, and one more, which may refer to them.
  ProviderRegistry With(std::string name, std::unique_ptr<Provider> provider) &&;

 private:
  using Providers = std::map<std::string, std::unique_ptr<Provider>, std::less<>>;
  explicit ProviderRegistry(Providers providers) : providers_(std::move(providers)) {}
  absl::Status NotFound(std::string_view name) const;

  Providers providers_;
};

class ProviderRegistry::Builder {
 public:
  // A second provider of the same name takes the place of the first.
  Builder& Add(std::string name, std::unique_ptr<Provider> provider);
  ProviderRegistry Build() &&;

 private:
  Providers providers_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_REGISTRY_H_

#include "provider/registry.h"

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

// The environment variable whose key switches a well-known provider on; empty for others.
std::string_view KeyVariable(std::string_view provider) {
  if (provider.starts_with("openai")) return "OPENAI_API_KEY";
  if (provider == "anthropic") return "ANTHROPIC_API_KEY";
  if (provider == "gemini") return "GEMINI_API_KEY";
  return {};
}

}  // namespace

absl::StatusOr<ProviderRegistry::Found> ProviderRegistry::Find(std::string_view model) const {
  if (const auto alias = aliases_.find(model); alias != aliases_.end()) model = alias->second;
  const size_t slash = model.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == model.size()) {
    return BadField(
        "BAD_MODEL", "model",
        StrCat("'", model, "' is not written provider/model, such as openai/gpt-4o-mini or builtin/nearest"));
  }
  const auto found = providers_.find(model.substr(0, slash));
  if (found == providers_.end()) return NotFound(model.substr(0, slash));
  return Found{.entry = &found->second, .model = model.substr(slash + 1), .name = model};
}

absl::StatusOr<ResolvedModel> ProviderRegistry::Resolve(std::string_view model) const {
  ATTUNE_ASSIGN_OR_RETURN(const Found found, Find(model));
  return ResolvedModel{.provider = found.entry->provider.get(),
                       .model = std::string(found.model),
                       .name = std::string(found.name),
                       .facts = &Facts(found.name)};
}

absl::StatusOr<ResolvedEmbedder> ProviderRegistry::ResolveEmbedder(std::string_view model) const {
  ATTUNE_ASSIGN_OR_RETURN(const Found found, Find(model));
  if (found.entry->embedder == nullptr) return CannotEmbed(found.name);
  if (!found.entry->embedder->MayKnow(found.model)) {
    return Error(absl::StatusCode::kNotFound, "MODEL_NOT_FOUND")
        .Message(StrCat("there is no embedding model '", found.name, "'"))
        .With("model", found.name);
  }
  return ResolvedEmbedder{
      .embedder = found.entry->embedder.get(), .model = std::string(found.model), .name = std::string(found.name)};
}

const ModelFacts& ProviderRegistry::Facts(std::string_view name) const {
  static const ModelFacts kNothingKnown;
  const auto found = models_.find(name);
  return found == models_.end() ? kNothingKnown : found->second;
}

std::vector<std::string> ProviderRegistry::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : providers_) names.push_back(name);
  return names;
}

std::map<std::string, ProviderGauges> ProviderRegistry::Gauges() const {
  std::map<std::string, ProviderGauges> gauges;
  for (const auto& [name, entry] : providers_) {
    ProviderGauges& of_provider = gauges[name];
    for (const GaugeSource* source : entry.gauges) source->ReadGauges(of_provider);
  }
  return gauges;
}

ProviderRegistry ProviderRegistry::With(std::string name, std::unique_ptr<Provider> provider,
                                        const ModelTable& facts) && {
  models_.insert(facts.begin(), facts.end());
  providers_.insert_or_assign(std::move(name),
                              Entry{.provider = std::move(provider), .embedder = nullptr, .gauges = {}});
  return std::move(*this);
}

absl::Status ProviderRegistry::NotFound(std::string_view name) const {
  const std::string known = absl::StrJoin(Names(), ", ");
  std::string message = StrCat("the provider '", name, "' is not switched on; these are: ", known);
  const std::string_view variable = KeyVariable(name);
  if (!variable.empty()) StrAppend(&message, ". Start the server with ", variable, " set to switch it on");
  return Error(absl::StatusCode::kNotFound, "PROVIDER_NOT_FOUND")
      .Message(message)
      .With("provider", name)
      .With("providers", known);
}

absl::Status ProviderRegistry::CannotEmbed(std::string_view name) const {
  std::string able;
  for (const auto& [provider, entry] : providers_) {
    if (entry.embedder != nullptr) StrAppend(&able, able.empty() ? "" : ", ", provider);
  }
  return Error(absl::StatusCode::kInvalidArgument, "MODEL_CANNOT_EMBED")
      .Message(StrCat("the provider of '", name, "' makes no embeddings; these do: ", able))
      .With("model", name)
      .With("providers", able);
}

ProviderRegistry::Builder& ProviderRegistry::Builder::Add(std::string name, std::unique_ptr<Provider> provider,
                                                          std::vector<const GaugeSource*> gauges,
                                                          std::unique_ptr<Embedder> embedder) {
  providers_.insert_or_assign(
      std::move(name),
      Entry{.provider = std::move(provider), .embedder = std::move(embedder), .gauges = std::move(gauges)});
  return *this;
}

ProviderRegistry::Builder& ProviderRegistry::Builder::AddModel(std::string name, ModelFacts facts) {
  models_.insert_or_assign(std::move(name), std::move(facts));
  return *this;
}

ProviderRegistry::Builder& ProviderRegistry::Builder::AddAlias(std::string alias, std::string model) {
  aliases_.insert_or_assign(std::move(alias), std::move(model));
  return *this;
}

ProviderRegistry::Builder& ProviderRegistry::Builder::SetCache(std::shared_ptr<const AnswerCache> cache) {
  cache_ = std::move(cache);
  return *this;
}

ProviderRegistry ProviderRegistry::Builder::Build() && {
  return ProviderRegistry(std::move(providers_), std::move(models_), std::move(aliases_), std::move(cache_));
}

}  // namespace attune

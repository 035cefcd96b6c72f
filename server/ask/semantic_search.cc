#include "ask/semantic_search.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"
#include "provider/embed_key.h"
#include "provider/price.h"

namespace attune {
namespace {

int64_t MayLack(const DatasetView& view, const DatasetVectors& vectors) {
  const int64_t examples = view.dataset()->Version(view.version()).train;
  return vectors.refused + (examples < 2 ? 0 : std::max<int64_t>(1, examples / kExamplesPerLacking));
}

std::string CauseOf(const VectorKey& key, const DatasetVectors* vectors) {
  if (key.settings.model.empty()) {
    return StrCat("has no embedding model; set one, as with: attune dataset embed ", key.dataset, " --model MODEL");
  }
  if (vectors == nullptr) {
    return StrCat("has the embedding model '", key.settings.model,
                  "', whose vectors are kept only for the latest version and those that aliases point to");
  }
  if (vectors->state == VectorState::kLoading) return "has vectors that are being read; try again in a moment";
  const std::string why = vectors->last_error.empty() ? "" : StrCat(": ", vectors->last_error);
  return StrCat("has no vector yet", why, ". Try again when some are made");
}

absl::Status EmbeddingsMissing(const VectorKey& key, const DatasetView& view, const DatasetVectors* vectors) {
  Error error(absl::StatusCode::kFailedPrecondition, "EMBEDDINGS_MISSING");
  error.Message(StrCat("version ", view.version(), " of dataset '", key.dataset, "' ", CauseOf(key, vectors)))
      .With("dataset", key.dataset)
      .With("version", view.version());
  if (vectors != nullptr) error.RetryAfter(absl::Seconds(1));
  return error;
}

}  // namespace

asio::awaitable<absl::StatusOr<QuestionVectors>> SemanticSearch::FindOrFallBack(const ResolvedAsk& resolved,
                                                                                std::string_view question,
                                                                                QuestionCall call, EmbeddingUse& use) {
  const VectorKey& key = *resolved.vectors;
  if (!resolved.policy.fallback_to_lexical) co_return co_await Find(key, resolved.view, question, call, use);
  const absl::Time now = clock_.Now();
  const absl::Time patience = now + std::min((call.deadline - now) / 3, kLongestWaitBeforeFallback);
  call.deadline = std::min(call.deadline, patience);
  absl::StatusOr<QuestionVectors> found = co_await Find(key, resolved.view, question, call, use);
  if (!found.ok() && !absl::IsCancelled(found.status())) found = QuestionVectors();
  co_return found;
}

std::shared_ptr<const DatasetVectors> SemanticSearch::VectorsOf(const VectorKey& key, const DatasetView& view,
                                                                const VectorShelf* kept) const {
  std::shared_ptr<const DatasetVectors> vectors = kept == nullptr ? nullptr : kept->Find(key);
  const bool enough = vectors != nullptr && vectors->index != nullptr &&
                      CountWithoutVector(view, *vectors->index) <= MayLack(view, *vectors);
  return enough ? vectors : shelf_.Get()->Find(key);
}

asio::awaitable<absl::StatusOr<QuestionVectors>> SemanticSearch::Find(const VectorKey& key, const DatasetView& view,
                                                                      std::string_view question, QuestionCall call,
                                                                      EmbeddingUse& use) {
  const std::shared_ptr<const DatasetVectors> vectors = VectorsOf(key, view, call.vectors.get());
  if (vectors == nullptr || vectors->index == nullptr) co_return EmbeddingsMissing(key, view, vectors.get());
  QuestionVectors found;
  found.index = vectors->index;
  found.may_lack = MayLack(view, *vectors);
  ATTUNE_CO_ASSIGN_OR_RETURN(found.question,
                             co_await Embed(key.settings, EmbeddedPart(question), std::move(call), use));
  ATTUNE_CO_RETURN_IF_ERROR(CheckDimensions(key.settings.model, found.question->size(), found.index->dimensions()));
  co_return found;
}

asio::awaitable<absl::StatusOr<VectorPtr>> SemanticSearch::Embed(const EmbeddingSettings& settings,
                                                                 std::string_view question, QuestionCall call,
                                                                 EmbeddingUse& use) {
  const std::string key = EmbedKey(settings.model, settings.dimensions, question);
  if (VectorPtr known = cache_.Find(key); known != nullptr) co_return known;
  const std::shared_ptr<const ProviderRegistry> providers = providers_.Get();
  ATTUNE_CO_ASSIGN_OR_RETURN(const ResolvedEmbedder target, providers->ResolveEmbedder(settings.model));
  EmbedRequest request;
  request.model = target.model;
  request.texts.push_back(question);
  if (settings.dimensions > 0) request.dimensions = settings.dimensions;
  request.deadline = call.deadline;
  request.trace = std::move(call.trace);
  const absl::Time asked = clock_.Now();
  absl::StatusOr<Embeddings> answer = co_await target.embedder->Embed(request);
  if (MayHaveCost(answer.status())) use.cost = std::nullopt;
  if (!answer.ok()) co_return answer.status();
  use.tokens = answer->usage.reported ? answer->usage.input_tokens : 0;
  use.cost = CostOf(PriceAt(providers->Facts(target.name).prices, asked), answer->usage);
  auto vector = std::make_shared<const std::vector<float>>(std::move(answer->vectors.front()));
  cache_.Add(key, vector);
  co_return VectorPtr(std::move(vector));
}

}  // namespace attune

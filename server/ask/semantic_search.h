// What a question needs for SEMANTIC and HYBRID: its own vector, and the index of the dataset's vectors.
#ifndef ATTUNE_ASK_SEMANTIC_SEARCH_H_
#define ATTUNE_ASK_SEMANTIC_SEARCH_H_

#include <asio/awaitable.hpp>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ask/prepare.h"
#include "ask/question_cache.h"
#include "ask/request.h"
#include "base/clock.h"
#include "base/snapshot_cell.h"
#include "base/trace.h"
#include "dataset/semantic_selection.h"
#include "dataset/vector_shelf.h"
#include "provider/registry.h"

namespace attune {

// Of what is left until the deadline, the embedding model of a prompt that can do without it gets at most a third, and
// no more than this.
inline constexpr absl::Duration kLongestWaitBeforeFallback = absl::Seconds(5);

// A new example has its vector a moment later: so many of a version's examples may lack theirs, the refused ones apart,
// before a question fails. A tenth, but at least one of two.
inline constexpr int64_t kExamplesPerLacking = 10;

struct QuestionVectors {
  std::shared_ptr<const VectorIndex> index;
  VectorPtr question;    // null: there is none, and the prompt falls back
  int64_t may_lack = 0;  // examples of the version

  // Only with a question; good as long as this object.
  SemanticQuery query() const { return {.index = index.get(), .question = *question, .may_lack = may_lack}; }
};

// How the embedding model is asked for a question's vector, and what that is compared with.
struct QuestionCall {
  absl::Time deadline;
  std::shared_ptr<const TraceScope> trace = nullptr;     // what the call belongs to; null: nothing
  std::shared_ptr<const VectorShelf> vectors = nullptr;  // as in AskVariant
};

// Thread-safe. What it was made from must outlive it.
class SemanticSearch {
 public:
  SemanticSearch(const Clock& clock, const SnapshotCell<ProviderRegistry>& providers,
                 const SnapshotCell<VectorShelf>& shelf)
      : clock_(clock), providers_(providers), shelf_(shelf) {}

  // For one version of a dataset, whose vectors are `key`'s. All of it must outlive the call. `use`: what it took, of a
  // failure too, as far as that is known. Errors:
  // FAILED_PRECONDITION (EMBEDDINGS_MISSING, with RetryInfo while they are being read; DIMENSIONS_CHANGED), those of
  // ResolveEmbedder and Embedder::Embed.
  asio::awaitable<absl::StatusOr<QuestionVectors>> Find(const VectorKey& key, const DatasetView& view,
                                                        std::string_view question, QuestionCall call,
                                                        EmbeddingUse& use);
  // The same for an Ask that needs vectors; without an error, and without a question's vector, if its prompt falls back
  // to LEXICAL. A cancelled call never falls back.
  asio::awaitable<absl::StatusOr<QuestionVectors>> FindOrFallBack(const ResolvedAsk& resolved,
                                                                  std::string_view question, QuestionCall call,
                                                                  EmbeddingUse& use);

  std::shared_ptr<const VectorShelf> vectors() const { return shelf_.Get(); }

 private:
  std::shared_ptr<const DatasetVectors> VectorsOf(const VectorKey& key, const DatasetView& view,
                                                  const VectorShelf* kept) const;
  asio::awaitable<absl::StatusOr<VectorPtr>> Embed(const EmbeddingSettings& settings, std::string_view question,
                                                   QuestionCall call, EmbeddingUse& use);

  const Clock& clock_;
  const SnapshotCell<ProviderRegistry>& providers_;
  const SnapshotCell<VectorShelf>& shelf_;
  QuestionCache cache_;
};

}  // namespace attune

#endif  // ATTUNE_ASK_SEMANTIC_SEARCH_H_

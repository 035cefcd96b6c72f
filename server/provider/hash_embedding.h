// builtin/hash-embedding: the embedded default embedder. Deterministic, no key, no network: semantic selection works
// and is tested without a vendor. It carries no meaning beyond shared characters: texts are near each other that share
// words or pieces of words, and synonyms are as far apart as any other texts.
#ifndef ATTUNE_PROVIDER_HASH_EMBEDDING_H_
#define ATTUNE_PROVIDER_HASH_EMBEDDING_H_

#include <string_view>
#include <vector>

#include "provider/embedder.h"

namespace attune {

// Vectors are stored under the model's name: what gives a text another vector, as a change of AnalyzeText does, must
// come with another name.
inline constexpr std::string_view kHashEmbeddingModel = "hash-embedding";
inline constexpr int32_t kHashEmbeddingDimensions = 256;

// Signed feature hashing: each term of AnalyzeText adds 1 or -1 at one place, both of which its hash decides, so that
// what collides cancels out on average (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML
// 2009). Of length 1; a text without terms has a vector of its own, too. `dimensions` is at least 1. Pure.
std::vector<float> HashEmbedding(std::string_view text, int32_t dimensions);

class HashEmbedder final : public Embedder {
 public:
  // Any dimensions that CheckEmbedRequest allows; kHashEmbeddingDimensions if they are not set. Usage is one token for
  // each 4 bytes of text, as builtin/nearest counts. Errors: those of CheckEmbedRequest; NOT_FOUND (MODEL_NOT_FOUND)
  // for another model.
  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override;
  bool MayKnow(std::string_view model) const override { return model == kHashEmbeddingModel; }
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_HASH_EMBEDDING_H_

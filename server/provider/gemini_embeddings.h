// Google's Gemini API: batchEmbedContents.
#ifndef ATTUNE_PROVIDER_GEMINI_EMBEDDINGS_H_
#define ATTUNE_PROVIDER_GEMINI_EMBEDDINGS_H_

#include <string>
#include <utility>

#include "provider/embed_dialect.h"

namespace attune {

struct GeminiEmbeddingFields {
  // What the vectors are for, such as "SEMANTIC_SIMILARITY"; empty: not sent, as some models know none.
  std::string task_type;
  // 100 texts are Google's own limit; of their sum it names none, so that this one is ours.
  EmbedLimits limits = {.texts = 100, .bytes = 1 << 20};
};

// Vectors that are shorter than the model's own come un-normalised, and older models count no tokens.
class GeminiEmbeddings final : public EmbedDialect {
 public:
  explicit GeminiEmbeddings(GeminiEmbeddingFields fields = {}) : fields_(std::move(fields)) {}

  EmbedLimits Limits() const override { return fields_.limits; }
  // INVALID_ARGUMENT (BAD_MODEL) for a model that would lead to another address.
  absl::Status Check(const EmbedRequest& request) const override;
  std::string Path(const EmbedRequest& request) const override;
  std::vector<std::string> Headers(const std::string& api_key) const override;
  std::string Body(const EmbedRequest& request) const override;
  void Read(const JsonObject& root, EmbedPart& part) const override;

 private:
  const GeminiEmbeddingFields fields_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_GEMINI_EMBEDDINGS_H_

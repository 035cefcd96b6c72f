// OpenAI embeddings, and the many servers that speak the same: vLLM, llama.cpp, Ollama, Mistral, Azure, gateways.
#ifndef ATTUNE_PROVIDER_OPENAI_EMBEDDINGS_H_
#define ATTUNE_PROVIDER_OPENAI_EMBEDDINGS_H_

#include <string>
#include <utility>

#include "provider/embed_dialect.h"

namespace attune {

// In what the servers differ: data, so that a new server is a new value and no new code.
struct OpenAiEmbeddingFields {
  std::string dimensions = "dimensions";  // the request field; "output_dimension" for Mistral
  // Asks for vectors in base64, which is a quarter of their digits. Servers that do not know it answer in digits, which
  // are read all the same; for those that refuse it, turn it off.
  bool base64 = true;
  // OpenAI's own: 2,048 texts and 300,000 tokens in sum. Some servers take less.
  EmbedLimits limits = {.texts = 2'048, .bytes = 300'000};
};

class OpenAiEmbeddings final : public EmbedDialect {
 public:
  explicit OpenAiEmbeddings(OpenAiEmbeddingFields fields = {}) : fields_(std::move(fields)) {}

  EmbedLimits Limits() const override { return fields_.limits; }
  std::string Path(const EmbedRequest& request) const override;
  std::vector<std::string> Headers(const std::string& api_key) const override;
  std::string Body(const EmbedRequest& request) const override;
  void Read(const JsonObject& root, EmbedPart& part) const override;

 private:
  const OpenAiEmbeddingFields fields_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_EMBEDDINGS_H_

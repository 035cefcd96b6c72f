#include "provider/hash_embedding.h"

#include <cmath>

#include "base/analyzer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"
#include "provider/builtin_nearest.h"
#include "provider/embed_limits.h"

namespace attune {
namespace {

// One request's texts in sum; there is nothing to send.
constexpr EmbedLimits kNoWire = {.texts = size_t{1} << 20, .bytes = size_t{1} << 30};

// The lower bits choose the place, the highest one the sign.
void AddTerm(uint64_t term, std::vector<float>& vector) {
  vector[term % vector.size()] += (term >> 63) != 0 ? -1.0F : 1.0F;
}

double SumOfSquares(const std::vector<float>& vector) {
  double sum = 0;
  for (const float number : vector) sum += static_cast<double>(number) * number;
  return sum;
}

}  // namespace

std::vector<float> HashEmbedding(std::string_view text, int32_t dimensions) {
  std::vector<float> vector(static_cast<size_t>(dimensions));
  for (const uint64_t term : AnalyzeText(text)) AddTerm(term, vector);
  if (SumOfSquares(vector) == 0) AddTerm(Hash64(text), vector);
  const double scale = 1 / std::sqrt(SumOfSquares(vector));
  for (float& number : vector) number = static_cast<float>(number * scale);
  return vector;
}

asio::awaitable<absl::StatusOr<Embeddings>> HashEmbedder::Embed(const EmbedRequest& request) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckEmbedRequest(request, kNoWire));
  if (!MayKnow(request.model)) {
    co_return Error(absl::StatusCode::kNotFound, "MODEL_NOT_FOUND")
        .Message(StrCat("there is no embedding model 'builtin/", request.model, "'; the only builtin one is 'builtin/",
                        kHashEmbeddingModel, "'"))
        .With("provider", kBuiltinName)
        .With("model", request.model)
        .Build();
  }
  Embeddings answer;
  answer.model = kHashEmbeddingModel;
  answer.usage.reported = true;
  answer.vectors.reserve(request.texts.size());
  for (const std::string_view text : request.texts) {
    answer.vectors.push_back(HashEmbedding(text, request.dimensions.value_or(kHashEmbeddingDimensions)));
    answer.usage.input_tokens += static_cast<int64_t>((text.size() + 3) / 4);
  }
  co_return answer;
}

}  // namespace attune

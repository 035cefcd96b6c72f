// The reader of embeddings, in every vendor's dialect: any bytes, whole and in pieces, give the same answer, and what
// passes is one finite vector of length 1 for each text. The first byte chooses the size of the pieces and the HTTP
// status; the second one the vendor and the number of texts.
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "provider/embed_answer.h"
#include "provider/gemini_embeddings.h"
#include "provider/openai_embeddings.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/require.h"

namespace attune {
namespace {

void RequireUnitVectors(const Embeddings& embeddings, size_t texts) {
  Require(embeddings.vectors.size() == texts);
  for (const std::vector<float>& vector : embeddings.vectors) {
    Require(!vector.empty() && vector.size() == embeddings.vectors.front().size());
    double sum = 0;
    for (const float number : vector) sum += static_cast<double>(number) * number;
    Require(std::abs(sum - 1) < 1e-4);
  }
}

// The reason of the error, or the vectors.
std::string Read(const EmbedDialect& dialect, std::string_view body, size_t piece_bytes, size_t texts, int status) {
  VendorOptions options;
  options.api_key = "sk-secret-key";
  EmbedRequest request;
  request.texts.assign(texts, "text");
  EmbedAnswer answer(options, dialect, request);
  HttpHead head;
  head.status = status;
  absl::Status sent = answer.OnHead(head);
  if (sent.ok()) sent = FeedInPieces(body, piece_bytes, [&](std::string_view piece) { return answer.OnData(piece); });
  const absl::StatusOr<Embeddings> result = answer.Finish(sent);
  if (!result.ok()) {
    RequireUtf8(StdView(result.status().message()));
    Require(!ErrorReason(result.status()).empty());
    Require(result.status().ToString().find(options.api_key) == std::string::npos);
    return ErrorReason(result.status());
  }
  RequireUnitVectors(*result, texts);
  RequireUtf8(result->model);
  std::string all = result->model;
  for (const std::vector<float>& vector : result->vectors) {
    for (const float number : vector) StrAppend(&all, " ", number);
  }
  return all;
}

}  // namespace
}  // namespace attune

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static const attune::OpenAiEmbeddings kOpenAi;
  static const attune::GeminiEmbeddings kGemini;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const bool gemini = (data[1] & 1) != 0;
  const attune::EmbedDialect& dialect = gemini ? static_cast<const attune::EmbedDialect&>(kGemini) : kOpenAi;
  const size_t texts = data[1] / 2 % 4 + 1;
  const int status = (data[0] & 128) != 0 ? 400 : 200;
  const std::string whole = attune::Read(dialect, body, std::string_view::npos, texts, status);
  attune::Require(whole == attune::Read(dialect, body, data[0] % 32 + 1, texts, status));
  return 0;
}

#include "provider/gemini_embeddings.h"

#include "base/json_writer.h"
#include "base/strings.h"
#include "provider/gemini_address.h"
#include "provider/vectors.h"

namespace attune {

absl::Status GeminiEmbeddings::Check(const EmbedRequest& request) const { return CheckGeminiModel(request.model); }

std::string GeminiEmbeddings::Path(const EmbedRequest& request) const {
  return StrCat("/", GeminiModelPath(request.model), ":batchEmbedContents");
}

std::vector<std::string> GeminiEmbeddings::Headers(const std::string& api_key) const { return GeminiHeaders(api_key); }

std::string GeminiEmbeddings::Body(const EmbedRequest& request) const {
  const std::string model = GeminiModelPath(request.model);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("requests").BeginArray();
  for (const std::string_view text : request.texts) {
    json.BeginObject().Key("model").String(model);  // each must repeat the one of the address
    json.Key("content").BeginObject().Key("parts").BeginArray();
    json.BeginObject().Key("text").String(text).EndObject().EndArray().EndObject();
    if (!fields_.task_type.empty()) json.Key("taskType").String(fields_.task_type);
    if (request.dimensions) json.Key("outputDimensionality").Int(*request.dimensions);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

// They come without an index, in the order of the requests.
void GeminiEmbeddings::Read(const JsonObject& root, EmbedPart& part) const {
  if (const auto usage = ObjectField(root, "usageMetadata")) part.usage.input = CountField(*usage, "promptTokenCount");
  VisitObjects(root, "embeddings", [&part](const JsonObject& entry) {
    part.vectors.push_back({static_cast<int64_t>(part.vectors.size()), VectorField(entry, "values")});
  });
}

}  // namespace attune

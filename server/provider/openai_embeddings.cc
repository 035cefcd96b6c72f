#include "provider/openai_embeddings.h"

#include "base/json_writer.h"
#include "provider/vectors.h"
#include "provider/vendor_http.h"

namespace attune {
namespace {

// Unlike a count, a negative index is a wrong one, not 0.
std::optional<int64_t> IndexOf(const JsonObject& entry) {
  int64_t index = 0;
  if (entry["index"].get(index) != simdjson::SUCCESS) return std::nullopt;
  return index;
}

}  // namespace

std::string OpenAiEmbeddings::Path(const EmbedRequest& /*request*/) const { return "/embeddings"; }

std::vector<std::string> OpenAiEmbeddings::Headers(const std::string& api_key) const { return BearerHeaders(api_key); }

std::string OpenAiEmbeddings::Body(const EmbedRequest& request) const {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("model").String(request.model).Key("input").BeginArray();
  for (const std::string_view text : request.texts) json.String(text);
  json.EndArray();
  if (fields_.base64) json.Key("encoding_format").String("base64");
  if (request.dimensions) json.Key(fields_.dimensions).Int(*request.dimensions);
  json.EndObject();
  return body;
}

void OpenAiEmbeddings::Read(const JsonObject& root, EmbedPart& part) const {
  part.model = TextField(root, "model");
  if (const auto usage = ObjectField(root, "usage")) part.usage.input = CountField(*usage, "prompt_tokens");
  VisitObjects(root, "data", [&part](const JsonObject& entry) {
    part.vectors.push_back({IndexOf(entry), VectorField(entry, "embedding")});
  });
}

}  // namespace attune

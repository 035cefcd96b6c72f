#include "tests/provider/embed_wire.h"

#include <bit>

#include "absl/strings/escaping.h"
#include "base/json_writer.h"
#include "provider/gemini_embeddings.h"
#include "provider/openai_embeddings.h"

namespace attune {
namespace {

void WriteDigits(JsonWriter& json, const std::vector<float>& vector) {
  json.BeginArray();
  for (const float number : vector) json.Double(number);
  json.EndArray();
}

// The last vector first: the index is what counts.
std::string OpenAiAnswer(const Vectors& vectors, bool base64) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("object").String("list").Key("data").BeginArray();
  for (size_t i = vectors.size(); i-- > 0;) {
    json.BeginObject().Key("object").String("embedding").Key("index").Int(static_cast<int64_t>(i)).Key("embedding");
    if (base64) {
      json.String(Base64Of(vectors[i]));
    } else {
      WriteDigits(json, vectors[i]);
    }
    json.EndObject();
  }
  json.EndArray().Key("model").String("m-1").Key("usage");
  json.BeginObject().Key("prompt_tokens").Int(7).Key("total_tokens").Int(7).EndObject().EndObject();
  return body;
}

std::string GeminiAnswer(const Vectors& vectors) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("embeddings").BeginArray();
  for (const std::vector<float>& vector : vectors) {
    json.BeginObject().Key("values");
    WriteDigits(json, vector);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

EmbedWire OpenAiWire(std::string name, bool base64) {
  EmbedWire wire = {.name = std::move(name), .dialect = [] { return std::make_unique<OpenAiEmbeddings>(); }};
  wire.target = "/embeddings";
  wire.key_header = "authorization";
  wire.key_prefix = "Bearer ";
  wire.body = R"({"model":"m","input":["one","two"],"encoding_format":"base64"})";
  wire.answer = [base64](const Vectors& vectors) { return OpenAiAnswer(vectors, base64); };
  return wire;
}

EmbedWire GeminiWire() {
  EmbedWire wire = {.name = "Gemini", .dialect = [] { return std::make_unique<GeminiEmbeddings>(); }};
  wire.target = "/models/m:batchEmbedContents";
  wire.key_header = "x-goog-api-key";
  wire.body = R"({"requests":[{"model":"models/m","content":{"parts":[{"text":"one"}]}},)"
              R"({"model":"models/m","content":{"parts":[{"text":"two"}]}}]})";
  wire.answer = GeminiAnswer;
  wire.reports = false;
  return wire;
}

}  // namespace

const std::vector<EmbedWire>& AllEmbedWires() {
  static const std::vector<EmbedWire> kAll = {OpenAiWire("OpenAi", true), OpenAiWire("OpenAiInDigits", false),
                                              GeminiWire()};
  return kAll;
}

std::string Base64Of(const std::vector<float>& vector) {
  std::string bytes;
  for (const float number : vector) {
    const auto bits = std::bit_cast<uint32_t>(number);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift & 0xFF);
  }
  return absl::Base64Escape(bytes);
}

}  // namespace attune

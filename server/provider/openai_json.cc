#include "provider/openai_json.h"

#include "base/strings.h"

namespace attune {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// A missing field, null, or one of another type reads as empty.
std::string_view Text(const object& from, std::string_view key) {
  std::string_view text;
  return from[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

int64_t Count(const object& from, std::string_view key) {
  int64_t count = 0;
  return from[key].get(count) == simdjson::SUCCESS && count > 0 ? count : 0;
}

// A code may be a string or a number.
std::string Code(const object& from, std::string_view key) {
  int64_t number = 0;
  if (from[key].get(number) == simdjson::SUCCESS) return StrCat(number);
  return std::string(Text(from, key));
}

VendorError ErrorOf(const object& error) {
  VendorError result;
  result.message = Text(error, "message");
  result.type = Text(error, "type");
  result.code = Code(error, "code");
  result.param = Text(error, "param");
  return result;
}

// Mistral and FastAPI: {"detail": "text"} or {"detail": [{"loc": […, "field"], "msg": "…"}]}.
std::optional<VendorError> DetailOf(const object& root) {
  VendorError result;
  array details;
  if (root["detail"].get(details) == simdjson::SUCCESS) {
    object first;
    if (details.at(0).get(first) != simdjson::SUCCESS) return std::nullopt;
    result.message = Text(first, "msg");
    array path;
    std::string_view last;
    if (first["loc"].get(path) == simdjson::SUCCESS) {
      for (const element step : path) {
        if (step.get(last) == simdjson::SUCCESS) result.param = last;
      }
    }
    return result;
  }
  result.message = Text(root, "detail");
  if (result.message.empty()) return std::nullopt;
  return result;
}

// Only an error that says something counts: some servers send `"error": null` or "" in good answers.
std::optional<VendorError> FindError(const object& root) {
  object nested;
  if (root["error"].get(nested) == simdjson::SUCCESS) {
    if (nested.begin() == nested.end()) return std::nullopt;
    return ErrorOf(nested);
  }
  if (const std::string_view text = Text(root, "error"); !text.empty()) {
    return VendorError{.message = std::string(text), .type = {}, .code = {}, .param = {}};
  }
  if (Text(root, "object") == "error") return ErrorOf(root);  // older vLLM
  return std::nullopt;
}

// A string, null, or parts of which the text ones count.
void AppendContent(const object& message, std::string& text) {
  text += Text(message, "content");
  array parts;
  if (message["content"].get(parts) != simdjson::SUCCESS) return;
  for (const element part : parts) {
    object fields;
    if (part.get(fields) == simdjson::SUCCESS && Text(fields, "type") == "text") text += Text(fields, "text");
  }
}

void ReadChoice(const object& choice, OpenAiPart& part) {
  part.has_choice = true;
  part.finish_reason = Text(choice, "finish_reason");
  object message;
  if (choice["message"].get(message) != simdjson::SUCCESS && choice["delta"].get(message) != simdjson::SUCCESS) return;
  AppendContent(message, part.text);
  const std::string_view refusal = Text(message, "refusal");
  part.refused = !refusal.empty();
  part.text += refusal;
}

std::optional<Usage> UsageOf(const object& root) {
  object counts;
  if (root["usage"].get(counts) != simdjson::SUCCESS) return std::nullopt;
  Usage usage;
  usage.reported = true;
  usage.input_tokens = Count(counts, "prompt_tokens");
  usage.output_tokens = Count(counts, "completion_tokens");
  object details;
  if (counts["prompt_tokens_details"].get(details) == simdjson::SUCCESS) {
    usage.cached_input_tokens = Count(details, "cached_tokens");
  }
  if (counts["completion_tokens_details"].get(details) == simdjson::SUCCESS) {
    usage.reasoning_tokens = Count(details, "reasoning_tokens");
  }
  return usage;
}

}  // namespace

bool ReadOpenAiPart(simdjson::dom::parser& parser, std::string_view json, OpenAiPart& part) {
  object root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
  part.error = FindError(root);
  part.model = Text(root, "model");
  part.usage = UsageOf(root);
  array choices;
  if (root["choices"].get(choices) != simdjson::SUCCESS) return true;
  for (const element choice : choices) {
    object fields;
    if (choice.get(fields) == simdjson::SUCCESS && Count(fields, "index") == 0) ReadChoice(fields, part);
  }
  return true;
}

std::optional<VendorError> ReadVendorError(std::string_view body) {
  simdjson::dom::parser parser;
  object root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  if (auto error = FindError(root)) return error;
  if (auto detail = DetailOf(root)) return detail;
  if (Text(root, "message").empty()) return std::nullopt;
  return ErrorOf(root);
}

FinishReason OpenAiFinishReason(std::string_view vendor_name) {
  if (vendor_name == "stop") return FinishReason::kStop;
  if (vendor_name == "length" || vendor_name == "model_length") return FinishReason::kLength;
  if (vendor_name == "content_filter") return FinishReason::kContentFilter;
  if (vendor_name == "refusal") return FinishReason::kRefusal;
  return vendor_name.empty() ? FinishReason::kUnspecified : FinishReason::kOther;
}

}  // namespace attune

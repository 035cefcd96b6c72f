#include "provider/vendor_json.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/strings.h"

namespace attune {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

// Of a text. A parser has some 15 bytes for each of the longest text that it has parsed.
constexpr size_t kMostKeptBytes = size_t{256} << 10;

// A code may be a string or a number.
std::string Code(const JsonObject& from, std::string_view key) {
  int64_t number = 0;
  if (from[key].get(number) == simdjson::SUCCESS) return StrCat(number);
  return std::string(TextField(from, key));
}

// Anthropic and Gemini name the parameter only in their words: "temperature: range: 0..1", "Invalid value at
// 'generation_config.temperature' (…)".
std::string ParamInWords(std::string_view words) {
  constexpr std::string_view kInvalidAt = "Invalid value at '";
  std::string_view name;
  if (words.starts_with(kInvalidAt)) {
    words.remove_prefix(kInvalidAt.size());
    name = words.substr(0, words.find('\''));
  } else if (const size_t colon = words.find(": "); colon != std::string_view::npos) {
    name = words.substr(0, colon);
  }
  const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '_' || c == '.';
  });
  return is_name ? std::string(name) : std::string();
}

// Gemini tells the wait in the body only: "details": [{"@type": "….RetryInfo", "retryDelay": "39s"}].
std::optional<absl::Duration> RetryDelayOf(const JsonObject& error) {
  std::optional<absl::Duration> wait;
  VisitObjects(error, "details", [&wait](const JsonObject& detail) {
    absl::Duration delay;
    if (absl::ParseDuration(AbslView(TextField(detail, "retryDelay")), &delay) && delay >= absl::ZeroDuration()) {
      wait = std::min(delay, kMaxVendorWait);
    }
  });
  return wait;
}

// Mistral and FastAPI: {"detail": "text"} or {"detail": [{"loc": […, "field"], "msg": "…"}]}.
std::optional<VendorError> DetailOf(const JsonObject& root) {
  VendorError result;
  array details;
  if (root["detail"].get(details) == simdjson::SUCCESS) {
    JsonObject first;
    if (details.at(0).get(first) != simdjson::SUCCESS) return std::nullopt;
    result.message = TextField(first, "msg");
    array path;
    std::string_view last;
    if (first["loc"].get(path) == simdjson::SUCCESS) {
      for (const element step : path) {
        if (step.get(last) == simdjson::SUCCESS) result.param = last;
      }
    }
    return result;
  }
  result.message = TextField(root, "detail");
  if (result.message.empty()) return std::nullopt;
  return result;
}

}  // namespace

simdjson::dom::parser& ParserOfThread::operator*() const {
  thread_local simdjson::dom::parser parser;
  return parser;
}

ParserOfThread::~ParserOfThread() {
  if (simdjson::dom::parser& parser = **this; parser.capacity() > kMostKeptBytes) parser = simdjson::dom::parser();
}

bool ParseObjects(simdjson::dom::parser& parser, std::string& json, std::vector<JsonObject>& objects) {
  json.reserve(json.size() + kJsonPadding);  // so that it is parsed where it is
  element root;
  if (parser.parse(json.data(), json.size(), false).get(root) != simdjson::SUCCESS) return false;
  JsonObject object;
  array list;
  if (root.get(list) == simdjson::SUCCESS) {
    for (const element item : list) {
      if (item.get(object) != simdjson::SUCCESS) return false;
      objects.push_back(object);
    }
  } else if (root.get(object) == simdjson::SUCCESS) {
    objects.push_back(object);
  }
  return !objects.empty();
}

bool ParseObject(simdjson::dom::parser& parser, std::string_view json, JsonObject& object) {
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
  array wrapper;
  if (root.get(wrapper) == simdjson::SUCCESS) return wrapper.at(0).get(object) == simdjson::SUCCESS;
  return root.get(object) == simdjson::SUCCESS;
}

std::string_view TextField(const JsonObject& from, std::string_view key) {
  std::string_view text;
  return from[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<int64_t> CountField(const JsonObject& from, std::string_view key) {
  int64_t count = 0;
  uint64_t large = 0;
  if (from[key].get(count) == simdjson::SUCCESS) return std::clamp<int64_t>(count, 0, kMaxCount);
  if (from[key].get(large) == simdjson::SUCCESS) return kMaxCount;
  return std::nullopt;
}

std::optional<JsonObject> ObjectField(const JsonObject& from, std::string_view key) {
  JsonObject object;
  if (from[key].get(object) != simdjson::SUCCESS) return std::nullopt;
  return object;
}

void VisitObjects(const JsonObject& from, std::string_view key, absl::FunctionRef<void(const JsonObject&)> visit) {
  array elements;
  if (from[key].get(elements) != simdjson::SUCCESS) return;
  for (const element entry : elements) {
    JsonObject object;
    if (entry.get(object) == simdjson::SUCCESS) visit(object);
  }
}

VendorError ErrorOf(const JsonObject& error) {
  VendorError result;
  result.message = TextField(error, "message");
  result.type = TextField(error, "type");
  if (result.type.empty()) result.type = TextField(error, "status");
  result.code = Code(error, "code");
  result.param = TextField(error, "param");
  if (result.param.empty()) result.param = ParamInWords(result.message);
  result.retry_after = RetryDelayOf(error);
  return result;
}

std::optional<VendorError> FindError(const JsonObject& root) {
  if (const auto nested = ObjectField(root, "error")) {
    if (nested->begin() == nested->end()) return std::nullopt;
    return ErrorOf(*nested);
  }
  if (const std::string_view text = TextField(root, "error"); !text.empty()) {
    VendorError error;
    error.message = text;
    return error;
  }
  if (TextField(root, "object") == "error") {  // older vLLM, and Mistral, whose message is an object
    VendorError error = ErrorOf(root);
    const auto message = ObjectField(root, "message");
    const auto detail = message ? DetailOf(*message) : std::nullopt;
    if (detail) error.message = detail->message;
    if (detail) error.param = detail->param;
    return error;
  }
  return std::nullopt;
}

std::optional<VendorError> ReadVendorError(std::string_view body) {
  simdjson::dom::parser parser;
  JsonObject root;
  if (!ParseObject(parser, body, root)) return std::nullopt;
  if (auto error = FindError(root)) return error;
  if (auto detail = DetailOf(root)) return detail;
  if (TextField(root, "message").empty()) return std::nullopt;
  return ErrorOf(root);
}

}  // namespace attune

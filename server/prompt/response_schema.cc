#include "prompt/response_schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <unordered_map>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validation_visitor.hpp>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "prompt/schema_reader.h"
#include "prompt/schema_rules.h"

namespace attune {
namespace {

using valijson::ValidationResults;
using Path = std::vector<std::string>;

constexpr std::string_view kField = "prompt.response_schema";
// valijson goes into an answer by recursion: as many of its calls within one another as a thread's stack has room for.
constexpr size_t kMaxNestedChecks = 512;
constexpr int64_t kMaxSearchSteps = 20'000;  // to find out what is wrong with an answer that is known to be
constexpr size_t kMaxPathBytes = 512;        // of what an error tells
constexpr size_t kMaxCauseBytes = 512;

// How deep brackets lie within brackets, whether the rest is JSON or not.
size_t NestingOf(std::string_view text) {
  size_t depth = 0, deepest = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        quoted = false;
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == '[' || text[i] == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((text[i] == ']' || text[i] == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

// The JSON, or where it breaks.
absl::StatusOr<nlohmann::json> Parse(std::string_view text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return absl::InvalidArgumentError(StrCat("is not JSON: wrong at byte ", error.byte));
  } catch (const nlohmann::json::exception&) {
    return absl::InvalidArgumentError("has a number that is out of range");
  }
}

std::string CutUtf8(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit) + "...";
}

absl::Status NotValid(const std::string& path, std::string cause) {
  if (!cause.empty() && cause.back() == '.') cause.pop_back();
  cause = CutUtf8(std::move(cause), kMaxCauseBytes);
  const std::string place = CutUtf8(path, kMaxPathBytes);
  return Error(absl::StatusCode::kInternal, "ANSWER_NOT_VALID")
      .Message(StrCat("the model's answer does not fit the prompt's response_schema: at ", place, ": ", cause))
      .With("path", place)
      .With("cause", cause);
}

// "[items]", "[3]" is ".items[3]".
std::string Readable(const Path& path) {
  std::string text = path.front();
  for (size_t i = 1; i < path.size() && text.size() <= kMaxPathBytes; ++i) {
    const std::string name = path[i].substr(1, path[i].size() - 2);
    const bool index = std::all_of(name.begin(), name.end(), absl::ascii_isdigit);
    StrAppend(&text, index ? path[i] : StrCat(".", name));
  }
  return text;
}

bool Fits(const SchemaModel& model, const nlohmann::json& answer, int64_t steps, ValidationResults* results) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  const StepMeter meter(steps);
  std::unordered_map<std::string, std::regex> no_regexes;
  valijson::ValidationVisitor<Adapter> visitor(Adapter(answer), {"$"}, /*strictTypes=*/true, results, no_regexes);
  return visitor.validateSchema(*model.root);
}

// The complaint about the deepest place: those about the values around it follow from it.
absl::Status FirstCause(const SchemaModel& model, const nlohmann::json& answer) {
  ValidationResults results;
  try {
    Fits(model, answer, kMaxSearchSteps, &results);
  } catch (const std::exception&) {
    // What was found so far will do.
  }
  const auto deepest = std::max_element(
      results.begin(), results.end(), [](const auto& a, const auto& b) { return a.context.size() < b.context.size(); });
  if (deepest == results.end()) return NotValid("$", "does not fit");
  return NotValid(Readable(deepest->context), deepest->description);
}

}  // namespace

ResponseSchema::ResponseSchema(std::unique_ptr<const SchemaModel> model) : model_(std::move(model)) {}
ResponseSchema::~ResponseSchema() = default;

absl::StatusOr<std::shared_ptr<const ResponseSchema>> ResponseSchema::Compile(std::string_view text) {
  if (text.size() > kMaxSchemaBytes) return BadField("TOO_LARGE", kField, "a schema has at most 256 KiB");
  if (NestingOf(text) > kMaxSchemaDepth) {
    return BadField("BAD_SCHEMA", kField, StrCat("is nested deeper than ", kMaxSchemaDepth, " levels"));
  }
  const absl::StatusOr<nlohmann::json> json = Parse(text);
  if (!json.ok()) return BadField("BAD_SCHEMA", kField, StdView(json.status().message()));
  if (!json->is_object()) return BadField("BAD_SCHEMA", kField, "a JSON Schema is a JSON object");
  try {
    ATTUNE_ASSIGN_OR_RETURN(std::unique_ptr<const SchemaModel> model, SchemaReader::Read(*json));
    return std::shared_ptr<const ResponseSchema>(new ResponseSchema(std::move(model)));
  } catch (const std::exception& error) {
    return BadField("BAD_SCHEMA", kField, error.what());
  }
}

absl::Status ResponseSchema::Check(std::string_view answer) const {
  if (answer.size() > kMaxCheckedAnswerBytes) {
    return NotValid("$", StrCat("has more than the ", kMaxCheckedAnswerBytes, " bytes that are checked"));
  }
  const size_t limit = std::min(kMaxSchemaDepth, kMaxNestedChecks / model_->longest_chain);
  if (NestingOf(answer) > limit) return NotValid("$", StrCat("is nested deeper than ", limit, " levels"));
  const absl::StatusOr<nlohmann::json> json = Parse(answer);
  if (!json.ok()) return NotValid("$", std::string(json.status().message()));
  try {
    if (Fits(*model_, *json, kMaxCheckSteps, nullptr)) return absl::OkStatus();
  } catch (const TooManySteps&) {
    return NotValid("$", "takes more steps to check than are allowed; it is too long, or the schema too ambiguous");
  } catch (const std::exception& error) {
    return NotValid("$", error.what());
  }
  return FirstCause(*model_, *json);
}

}  // namespace attune

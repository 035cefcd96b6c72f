// Templates: any text is parsed or refused with its place; a parsed one renders each value as it stands, whatever the
// value looks like, and a prompt made of it says the same.
//
// The input is the template, then values, each after a line "---".
#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/packed_examples.h"
#include "prompt/build_prompt.h"
#include "prompt/compiled_prompt.h"
#include "prompt/template.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/require.h"

namespace attune {
namespace {

constexpr char kMark = '\x01';                   // around the number of a value that is filled in later
constexpr size_t kMaxRenderedBytes = 256 << 10;  // small, so that the fuzzer reaches it
constexpr size_t kMaxMessageBytes = 1024;
constexpr int kExamples = 2;

// The values of all variables of a template. Some are the same for several variables; which, depends on the example.
class Values final : public TemplateValues {
 public:
  // `marked`: instead of each value that is not empty, its number between two marks.
  Values(const Template& text, std::vector<std::string_view> values, bool marked) : values_(std::move(values)) {
    if (values_.empty()) values_.emplace_back();
    for (const TemplateVariable& use : text.variables()) numbers_.try_emplace(use.name, numbers_.size());
    for (size_t i = 0; i < values_.size(); ++i) {
      const bool mark = marked && !values_[i].empty();
      shown_.push_back(mark ? StrCat(std::string(1, kMark), i, std::string(1, kMark)) : std::string(values_[i]));
    }
  }

  std::string_view Get(std::string_view name, int example) const override {
    const auto found = numbers_.find(name);
    Require(found != numbers_.end());
    return shown_[(found->second + static_cast<size_t>(example + 1)) % shown_.size()];
  }
  int examples() const override { return kExamples; }

  // The value of a variable that the template may not use.
  std::string ValueOf(std::string_view name, int example) const {
    return numbers_.contains(name) ? std::string(Get(name, example)) : "x";
  }

  // Replaces the marks; nullopt if the text would grow over the limit.
  std::optional<std::string> Fill(std::string_view text, size_t limit) const {
    std::string filled;
    while (!text.empty() && filled.size() <= limit) {
      const size_t open = std::min(text.find(kMark), text.size());
      filled += text.substr(0, open);
      text.remove_prefix(open);
      if (text.empty()) break;
      const size_t close = text.find(kMark, 1);
      Require(close != std::string_view::npos);
      size_t number = values_.size();
      std::from_chars(text.data() + 1, text.data() + close, number);
      Require(number < values_.size());
      filled += values_[number];
      text.remove_prefix(close + 1);
    }
    if (filled.size() > limit) return std::nullopt;
    return filled;
  }

 private:
  std::vector<std::string_view> values_;
  std::vector<std::string> shown_;
  std::map<std::string, size_t, std::less<>> numbers_;  // of the variables
};

void CheckError(const absl::Status& status, std::string_view text) {
  Require(status.code() == absl::StatusCode::kInvalidArgument && ErrorReason(status) == "BAD_TEMPLATE");
  Require(status.message().size() <= kMaxMessageBytes);
  int64_t line = 0;
  const std::string digits = ErrorMetadata(status, "line");
  std::from_chars(digits.data(), digits.data() + digits.size(), line);
  Require(line >= 1 && line <= std::count(text.begin(), text.end(), '\n') + 1);
  Require(!ErrorMetadata(status, "column").empty());
}

// Each use of a variable stands where a tag begins.
void CheckPositions(const Template& parsed, std::string_view text) {
  auto next = parsed.variables().begin();
  TemplatePosition here;
  for (size_t at = 0; at < text.size() && next != parsed.variables().end(); ++at) {
    const bool inside_character = (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    if (!inside_character && here.line == next->position.line && here.column == next->position.column) {
      Require(text.substr(at, 2) == "{{");
      ++next;
    }
    if (text[at] == '\n') {
      ++here.line;
      here.column = 1;
    } else if (!inside_character) {
      ++here.column;
    }
  }
  Require(next == parsed.variables().end());
}

// Filling marks in afterwards is what rendering must come to, if it never looks into a value.
std::optional<std::string> CheckRendering(const Template& parsed, const std::vector<std::string_view>& values) {
  const Values marks(parsed, values, /*marked=*/true);
  std::string marked;
  Require(parsed.Render(marks, std::numeric_limits<size_t>::max(), marked));
  std::optional<std::string> wanted = marks.Fill(marked, kMaxRenderedBytes);

  std::string rendered;
  const bool fits = parsed.Render(Values(parsed, values, /*marked=*/false), kMaxRenderedBytes, rendered);
  Require(rendered.size() <= kMaxRenderedBytes && fits == wanted.has_value());
  Require(!fits || rendered == *wanted);
  return wanted;
}

PromptContent ContentOf(std::string_view text, const Template& parsed) {
  PromptContent content;
  content.messages = {{Role::kUser, std::string(text)}};
  for (const TemplateVariable& use : parsed.variables()) {
    if (use.name == "examples") {
      content.few_shot.dataset = "faq";
      content.few_shot.placement = Placement::kSection;
      continue;
    }
    const auto same = [&](const Variable& variable) { return variable.name == use.name; };
    if (use.name == "input" || use.name == "output") continue;
    if (content.variables.size() > kMaxPromptVariables) break;  // is refused
    if (std::none_of(content.variables.begin(), content.variables.end(), same)) {
      content.variables.push_back({.name = use.name});
    }
  }
  return content;
}

void CheckPrompt(std::string_view text, const Template& parsed, const std::vector<std::string_view>& texts,
                 const std::optional<std::string>& wanted) {
  const auto prompt = CompiledPrompt::Compile(ContentOf(text, parsed));
  if (!prompt.ok()) return Require(!ErrorReason(prompt.status()).empty());
  const Values values(parsed, texts, /*marked=*/false);
  const std::string input = values.ValueOf("input", -1);
  StringMap variables;
  PackedExamples examples;
  Selection selection;
  for (int n = -1; n < kExamples; ++n) {
    Example example{.id = StrCat(n), .input = values.ValueOf("input", n), .output = values.ValueOf("output", n)};
    StringMap& to = n < 0 ? variables : example.variables;
    for (const Variable& variable : (*prompt)->content().variables) to[variable.name] = values.Get(variable.name, n);
    if (n >= 0) selection.examples.push_back({.example = examples.Add(example), .rank = n});
  }
  const auto built = BuildPrompt(**prompt, {.input = input, .variables = variables, .history = {}}, selection);
  if (!built.ok()) return Require(!ErrorReason(built.status()).empty());
  // With an example dropped, the text is another one.
  if (wanted.has_value() && built->dropped_examples == 0) Require(built->messages.back().content == *wanted);
}

}  // namespace
}  // namespace attune

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string_view> parts = attune::CutIntoParts({reinterpret_cast<const char*>(data), size});
  const std::string_view text = parts.front();
  parts.erase(parts.begin());
  if (text.find(attune::kMark) != std::string_view::npos) return 0;
  const absl::StatusOr<attune::Template> parsed = attune::Template::Parse(text, "text");
  if (!parsed.ok()) {
    attune::CheckError(parsed.status(), text);
    return 0;
  }
  attune::CheckPositions(*parsed, text);
  attune::CheckPrompt(text, *parsed, parts, attune::CheckRendering(*parsed, parts));
  return 0;
}

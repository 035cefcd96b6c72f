#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <vector>

#include "base/strings.h"
#include "prompt/schema_keywords.h"
#include "prompt/schema_rules.h"

namespace attune {
namespace {

namespace rules = valijson::constraints;
using nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

constexpr int64_t kPatternMemoryBytes = 1 << 20;

absl::Status Type(const Keyword& key) {
  static constexpr std::string_view kTypes[] = {"array", "boolean", "integer", "null", "number", "object", "string"};
  const std::vector<json> names = key.value.is_array() ? key.value.get<std::vector<json>>() : std::vector{key.value};
  rules::TypeConstraint rule;
  for (const json& name : names) {
    const std::string text = name.is_string() ? name.get<std::string>() : std::string();
    if (std::find(std::begin(kTypes), std::end(kTypes), text) == std::end(kTypes)) {
      return key.Bad("must be array, boolean, integer, null, number, object, string, or a list of these");
    }
    rule.addNamedType(rules::TypeConstraint::jsonTypeFromString(text));
  }
  key.reader.Add(rule);
  return absl::OkStatus();
}

absl::Status Enum(const Keyword& key) {
  if (!key.value.is_array()) return key.Bad("must be a list of values");
  rules::EnumConstraint rule;
  for (const json& value : key.value) rule.addValue(NlohmannJsonAdapter(value));
  key.reader.Add(rule);
  return absl::OkStatus();
}

absl::Status Const(const Keyword& key) {
  rules::ConstConstraint rule;
  rule.setValue(NlohmannJsonAdapter(key.value));
  key.reader.Add(rule);
  return absl::OkStatus();
}

absl::Status Required(const Keyword& key) {
  rules::RequiredConstraint rule;
  const auto is_text = [](const json& name) { return name.is_string(); };
  if (!key.value.is_array() || !std::all_of(key.value.begin(), key.value.end(), is_text)) {
    return key.Bad("must be a list of property names");
  }
  for (const json& name : key.value) rule.addRequiredProperty(name.get<std::string>());
  key.reader.Add(rule);
  return absl::OkStatus();
}

// minItems, maxLength and their like.
template <typename Rule, void (Rule::*Set)(uint64_t)>
absl::Status Count(const Keyword& key) {
  if (!key.value.is_number_unsigned()) return key.Bad("must be a whole number, not negative");
  Rule rule;
  (rule.*Set)(key.value.get<uint64_t>());
  key.reader.Add(rule);
  return absl::OkStatus();
}

template <typename Rule, void (Rule::*Set)(double), void (Rule::*SetExclusive)(bool), bool kExclusive>
absl::Status Bound(const Keyword& key) {
  if (!key.value.is_number()) return key.Bad("must be a number");
  Rule rule;
  (rule.*Set)(key.value.get<double>());
  (rule.*SetExclusive)(kExclusive);
  key.reader.Add(rule);
  return absl::OkStatus();
}

template <bool kExclusive>
constexpr auto kMinimum = Bound<rules::MinimumConstraint, &rules::MinimumConstraint::setMinimum,
                                &rules::MinimumConstraint::setExclusiveMinimum, kExclusive>;
template <bool kExclusive>
constexpr auto kMaximum = Bound<rules::MaximumConstraint, &rules::MaximumConstraint::setMaximum,
                                &rules::MaximumConstraint::setExclusiveMaximum, kExclusive>;

absl::Status MultipleOf(const Keyword& key) {
  if (!key.value.is_number() || !(key.value.get<double>() > 0)) return key.Bad("must be a number above 0");
  key.reader.Add(IsMultipleOf(key.value.get<double>()));
  return absl::OkStatus();
}

absl::Status Pattern(const Keyword& key) {
  if (!key.value.is_string()) return key.Bad("must be a string");
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytes);
  auto pattern = std::make_shared<const re2::RE2>(key.value.get<std::string>(), options);
  if (!pattern->ok()) {
    return key.Bad(
        StrCat("is no regular expression of RE2, which has no look-around and no back references: ", pattern->error()));
  }
  key.reader.Add(MatchesPattern(std::move(pattern)));
  return absl::OkStatus();
}

absl::Status UniqueItems(const Keyword& key) {
  if (!key.value.is_boolean()) return key.Bad("must be true or false");
  if (key.value.get<bool>()) key.reader.Add(rules::UniqueItemsConstraint());
  return absl::OkStatus();
}

constexpr KeywordReader kAssertions[] = {
    {"type", Type},
    {"const", Const},
    {"enum", Enum},
    {"required", Required},
    {"minProperties", Count<rules::MinPropertiesConstraint, &rules::MinPropertiesConstraint::setMinProperties>},
    {"maxProperties", Count<rules::MaxPropertiesConstraint, &rules::MaxPropertiesConstraint::setMaxProperties>},
    {"minItems", Count<rules::MinItemsConstraint, &rules::MinItemsConstraint::setMinItems>},
    {"maxItems", Count<rules::MaxItemsConstraint, &rules::MaxItemsConstraint::setMaxItems>},
    {"minLength", Count<rules::MinLengthConstraint, &rules::MinLengthConstraint::setMinLength>},
    {"maxLength", Count<rules::MaxLengthConstraint, &rules::MaxLengthConstraint::setMaxLength>},
    {"minimum", kMinimum<false>},
    {"maximum", kMaximum<false>},
    {"exclusiveMinimum", kMinimum<true>},
    {"exclusiveMaximum", kMaximum<true>},
    {"multipleOf", MultipleOf},
    {"pattern", Pattern},
    {"uniqueItems", UniqueItems},
};

}  // namespace

std::span<const KeywordReader> AssertionKeywords() { return kAssertions; }

SchemaCost CostOf(const json& schema) {
  constexpr size_t kValueBytesPerStep = 32;  // of values to compare with
  SchemaCost cost;
  for (const auto& [name, value] : schema.items()) {
    if (name == "enum" || name == "const") {
      cost.steps += static_cast<int64_t>(value.dump().size() / kValueBytesPerStep);
      cost.text_readers += name == "enum" ? static_cast<int64_t>(value.size()) : 1;
    } else if (name == "pattern" || name == "minLength" || name == "maxLength") {
      ++cost.text_readers;
    } else if (name == "uniqueItems") {
      cost.unique_items = value == true;
    } else if (value.is_structured()) {
      cost.steps += static_cast<int64_t>(value.size()) / 4;
    }
  }
  return cost;
}

}  // namespace attune

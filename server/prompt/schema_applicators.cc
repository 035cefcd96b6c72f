#include <string>
#include <valijson/constraints/concrete_constraints.hpp>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "prompt/schema_keywords.h"

namespace attune {
namespace {

namespace rules = valijson::constraints;
using nlohmann::json;
using valijson::Subschema;

absl::Status Reference(const Keyword& key) {
  ATTUNE_ASSIGN_OR_RETURN(const Subschema* target, key.reader.ForReference(key.value, key.path()));
  rules::AllOfConstraint rule;
  rule.addSubschema(target);
  key.reader.Add(rule);
  return absl::OkStatus();
}

// allOf, anyOf, oneOf.
template <typename Rule>
absl::Status Several(const Keyword& key) {
  if (!key.value.is_array() || key.value.empty()) return key.Bad("must be a list of schemas, and not an empty one");
  Rule rule;
  for (size_t i = 0; i < key.value.size(); ++i) {
    rule.addSubschema(key.reader.ForSame(key.value[i], Below(key.path(), StrCat(i))));
  }
  key.reader.Add(rule);
  return absl::OkStatus();
}

// not, contains, propertyNames.
template <typename Rule, bool kSameValue>
absl::Status One(const Keyword& key) {
  Rule rule;
  rule.setSubschema(kSameValue ? key.reader.ForSame(key.value, key.path()) : key.reader.ForPart(key.value, key.path()));
  key.reader.Add(rule);
  return absl::OkStatus();
}

absl::Status If(const Keyword& key) {
  rules::ConditionalConstraint rule;
  rule.setIfSubschema(key.reader.ForSame(key.value, key.path()));
  if (const json* then = key.Sibling("then"); then != nullptr) {
    rule.setThenSubschema(key.reader.ForSame(*then, Below(key.where, "then")));
  }
  if (const json* otherwise = key.Sibling("else"); otherwise != nullptr) {
    rule.setElseSubschema(key.reader.ForSame(*otherwise, Below(key.where, "else")));
  }
  key.reader.Add(rule);
  return absl::OkStatus();
}

// properties and additionalProperties, which is about all others.
absl::Status Properties(const Keyword& key) {
  const json* const others = key.Sibling("additionalProperties");
  if (key.name == "additionalProperties" && key.Sibling("properties") != nullptr) return absl::OkStatus();
  rules::PropertiesConstraint rule;
  if (key.name == "properties") {
    if (!key.value.is_object()) return key.Bad("must be an object: a schema for each property");
    for (const auto& [name, schema] : key.value.items()) {
      rule.addPropertySubschema(name, key.reader.ForPart(schema, Below(key.path(), name)));
    }
  }
  rule.setAdditionalPropertiesSubschema(others == nullptr
                                            ? key.reader.ForAnyPart()
                                            : key.reader.ForPart(*others, Below(key.where, "additionalProperties")));
  key.reader.Add(rule);
  return absl::OkStatus();
}

// A schema for each of the first items, and one for the rest: draft 7's items and additionalItems, now prefixItems and
// items.
absl::Status FirstItems(const Keyword& key, std::string_view rest_name) {
  if (!key.value.is_array()) return key.Bad("must be a list of schemas");
  rules::LinearItemsConstraint rule;
  for (size_t i = 0; i < key.value.size(); ++i) {
    rule.addItemSubschema(key.reader.ForPart(key.value[i], Below(key.path(), StrCat(i))));
  }
  const json* const rest = key.Sibling(rest_name);
  rule.setAdditionalItemsSubschema(rest == nullptr ? key.reader.ForAnyPart()
                                                   : key.reader.ForPart(*rest, Below(key.where, rest_name)));
  key.reader.Add(rule);
  return absl::OkStatus();
}

absl::Status PrefixItems(const Keyword& key) { return FirstItems(key, "items"); }

absl::Status Items(const Keyword& key) {
  if (key.Sibling("prefixItems") != nullptr) return absl::OkStatus();
  if (key.value.is_array()) return FirstItems(key, "additionalItems");
  rules::SingularItemsConstraint rule;
  rule.setItemsSubschema(key.reader.ForPart(key.value, key.path()));
  key.reader.Add(rule);
  return absl::OkStatus();
}

// dependentRequired, dependentSchemas, and draft 7's dependencies, which is both.
absl::Status Dependencies(const Keyword& key) {
  if (!key.value.is_object()) return key.Bad("must be an object: what each property calls for");
  rules::DependenciesConstraint rule;
  for (const auto& [name, needed] : key.value.items()) {
    if (!needed.is_array()) {
      rule.addSchemaDependency(name, key.reader.ForSame(needed, Below(key.path(), name)));
      continue;
    }
    std::vector<std::string> names;
    for (const json& other : needed) {
      if (!other.is_string()) return key.Bad("a list in it must be of property names");
      names.push_back(other.get<std::string>());
    }
    rule.addPropertyDependencies(name, names);
  }
  key.reader.Add(rule);
  return absl::OkStatus();
}

// What would change the verdict if it were passed over.
absl::Status Refuse(const Keyword& key) {
  return key.Bad("this keyword is not supported; write the schema without it");
}

constexpr KeywordReader kApplicators[] = {
    {"$ref", Reference},
    {"allOf", Several<rules::AllOfConstraint>},
    {"anyOf", Several<rules::AnyOfConstraint>},
    {"oneOf", Several<rules::OneOfConstraint>},
    {"not", One<rules::NotConstraint, true>},
    {"if", If},
    {"properties", Properties},
    {"additionalProperties", Properties},
    {"propertyNames", One<rules::PropertyNamesConstraint, false>},
    {"prefixItems", PrefixItems},
    {"items", Items},
    {"contains", One<rules::ContainsConstraint, false>},
    {"dependencies", Dependencies},
    {"dependentRequired", Dependencies},
    {"dependentSchemas", Dependencies},
    {"patternProperties", Refuse},
    {"unevaluatedProperties", Refuse},
    {"unevaluatedItems", Refuse},
    {"minContains", Refuse},
    {"maxContains", Refuse},
    {"$dynamicRef", Refuse},
    {"$recursiveRef", Refuse},
};

}  // namespace

std::span<const KeywordReader> ApplicatorKeywords() { return kApplicators; }

const json* Keyword::Sibling(std::string_view other) const {
  const auto member = schema.find(std::string(other));
  return member == schema.end() ? nullptr : &*member;
}

}  // namespace attune

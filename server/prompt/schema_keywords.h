// The keywords of JSON Schema, drafts 7 and 2020-12, as tables: each adds its rule to the schema that is being read.
#ifndef ATTUNE_PROMPT_SCHEMA_KEYWORDS_H_
#define ATTUNE_PROMPT_SCHEMA_KEYWORDS_H_

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "prompt/schema_reader.h"
#include "prompt/schema_rules.h"

namespace attune {

// One keyword where it was found.
struct Keyword {
  SchemaReader& reader;
  const nlohmann::json& schema;  // the object that it stands in
  std::string_view where;        // that object's path
  std::string_view name;
  const nlohmann::json& value;

  std::string path() const { return Below(where, name); }
  absl::Status Bad(std::string_view why) const { return BadSchema(path(), why); }
  // Another keyword of the same schema, or nullptr.
  const nlohmann::json* Sibling(std::string_view other) const;
};

struct KeywordReader {
  std::string_view name;
  absl::Status (*read)(const Keyword& keyword);  // BAD_SCHEMA
};

// Those that judge a value by themselves: type, minimum, required.
std::span<const KeywordReader> AssertionKeywords();
// Those that hold schemas: properties, items, anyOf, $ref.
std::span<const KeywordReader> ApplicatorKeywords();

// Of one schema, without the schemas that it holds.
SchemaCost CostOf(const nlohmann::json& schema);

}  // namespace attune

#endif  // ATTUNE_PROMPT_SCHEMA_KEYWORDS_H_

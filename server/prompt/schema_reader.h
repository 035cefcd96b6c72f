// From the JSON of a schema to valijson's objects. Not by valijson's own parser: it follows references by recursion
// without end, takes some keywords for others, and says of an error what, but not where.
//
// Keywords: schema_keywords.h. Unknown ones, `format` among them, are annotations. A `$ref` is a JSON pointer into the
// same document, and its siblings apply.
#ifndef ATTUNE_PROMPT_SCHEMA_READER_H_
#define ATTUNE_PROMPT_SCHEMA_READER_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <valijson/constraints/constraint.hpp>
#include <valijson/schema.hpp>
#include <vector>

#include "absl/status/statusor.h"
#include "prompt/response_schema.h"

namespace attune {

struct KeywordReader;

// INVALID_ARGUMENT (BAD_SCHEMA); `where` is a JSON pointer into the schema, also in the metadata as `schema_path`.
absl::Status BadSchema(std::string_view where, std::string_view why);

struct SchemaModel {
  valijson::Schema schema;  // owns all subschemas
  const valijson::Subschema* root = nullptr;
  size_t longest_chain = 1;  // at most kMaxSchemaChain
};

class SchemaReader {
 public:
  static absl::StatusOr<std::unique_ptr<SchemaModel>> Read(const nlohmann::json& document);

  // What follows is for the keywords of the schema that is being read; `path` is that of the part in hand.

  // A schema for parts of the value: properties, items.
  const valijson::Subschema* ForPart(const nlohmann::json& schema, std::string_view path);
  // A schema for the value itself: allOf, not.
  const valijson::Subschema* ForSame(const nlohmann::json& schema, std::string_view path);
  // Allows every part.
  const valijson::Subschema* ForAnyPart() { return nodes_[NodeOf(anything_, "")].subschema; }
  // What a `$ref` refers to. BAD_SCHEMA.
  absl::StatusOr<const valijson::Subschema*> ForReference(const nlohmann::json& reference, std::string_view path);
  void Add(const valijson::constraints::Constraint& constraint);

 private:
  struct Node {
    const nlohmann::json* schema;
    std::string path;
    const valijson::Subschema* subschema;
    std::vector<size_t> same_value;  // nodes that look at the same value
  };

  explicit SchemaReader(const nlohmann::json& document) : document_(document), model_(new SchemaModel) {}

  size_t NodeOf(const nlohmann::json& schema, std::string_view path);
  absl::Status ReadNode(const nlohmann::json& schema, const std::string& path);
  absl::Status ReadKeywords(std::span<const KeywordReader> keywords, const nlohmann::json& schema,
                            std::string_view path);
  absl::Status MeasureChains();

  const nlohmann::json& document_;
  const nlohmann::json anything_ = true;
  std::unique_ptr<SchemaModel> model_;
  std::vector<Node> nodes_;  // read in this order, whoever refers to them: no recursion
  std::unordered_map<const nlohmann::json*, size_t> index_;
  size_t current_ = 0;
};

// The path with one more name; without it if it would grow too long for a message.
std::string Below(std::string_view path, std::string_view name);

}  // namespace attune

#endif  // ATTUNE_PROMPT_SCHEMA_READER_H_

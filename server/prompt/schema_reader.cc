#include "prompt/schema_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/strings.h"
#include "prompt/schema_keywords.h"
#include "prompt/schema_rules.h"

namespace attune {
namespace {

using valijson::constraints::NotConstraint;

constexpr size_t kMaxPathBytes = 512;  // of a path in an error

// "#/a%20b" is "/a b".
std::string DecodePercent(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string digits(text.substr(i + 1, 2));
    if (text[i] == '%' && digits.size() == 2 && std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit)) {
      decoded += static_cast<char>(std::stoi(digits, nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// nullptr if nothing is there.
const nlohmann::json* Find(const nlohmann::json& document, const std::string& pointer) {
  try {
    return &document.at(nlohmann::json::json_pointer(pointer));
  } catch (const nlohmann::json::exception&) {
    return nullptr;
  }
}

}  // namespace

absl::Status BadSchema(std::string_view where, std::string_view why) {
  return WithMetadata(BadField("BAD_SCHEMA", "prompt.response_schema",
                               StrCat("at ", where.empty() ? std::string_view("the top") : where, ": ", why)),
                      "schema_path", where);
}

std::string Below(std::string_view path, std::string_view name) {
  if (path.size() + name.size() > kMaxPathBytes) return std::string(path);
  return StrCat(path, "/", absl::StrReplaceAll(AbslView(name), {{"~", "~0"}, {"/", "~1"}}));
}

absl::StatusOr<std::unique_ptr<SchemaModel>> SchemaReader::Read(const nlohmann::json& document) {
  SchemaReader reader(document);
  reader.model_->root = reader.nodes_[reader.NodeOf(document, "")].subschema;
  for (; reader.current_ < reader.nodes_.size(); ++reader.current_) {
    // Copied: reading adds nodes.
    const nlohmann::json* const schema = reader.nodes_[reader.current_].schema;
    const std::string path = reader.nodes_[reader.current_].path;
    ATTUNE_RETURN_IF_ERROR(reader.ReadNode(*schema, path));
  }
  ATTUNE_RETURN_IF_ERROR(reader.MeasureChains());
  return std::move(reader.model_);
}

size_t SchemaReader::NodeOf(const nlohmann::json& schema, std::string_view path) {
  const auto [entry, is_new] = index_.try_emplace(&schema, nodes_.size());
  if (is_new) nodes_.push_back({&schema, std::string(path), model_->schema.createSubschema(), {}});
  return entry->second;
}

absl::Status SchemaReader::ReadNode(const nlohmann::json& schema, const std::string& path) {
  if (schema.is_object()) {
    Add(TakeSteps(CostOf(schema)));
    ATTUNE_RETURN_IF_ERROR(ReadKeywords(AssertionKeywords(), schema, path));
    return ReadKeywords(ApplicatorKeywords(), schema, path);
  }
  if (!schema.is_boolean()) return BadSchema(path, "a schema is an object, true or false");
  Add(TakeSteps({}));
  if (schema.get<bool>()) return absl::OkStatus();
  NotConstraint nothing;
  nothing.setSubschema(ForAnyPart());
  Add(nothing);
  return absl::OkStatus();
}

absl::Status SchemaReader::ReadKeywords(std::span<const KeywordReader> keywords, const nlohmann::json& schema,
                                        std::string_view path) {
  for (const KeywordReader& keyword : keywords) {
    const auto member = schema.find(std::string(keyword.name));
    if (member == schema.end()) continue;
    ATTUNE_RETURN_IF_ERROR(keyword.read({*this, schema, path, keyword.name, *member}));
  }
  return absl::OkStatus();
}

const valijson::Subschema* SchemaReader::ForPart(const nlohmann::json& schema, std::string_view path) {
  return nodes_[NodeOf(schema, path)].subschema;
}

const valijson::Subschema* SchemaReader::ForSame(const nlohmann::json& schema, std::string_view path) {
  const size_t node = NodeOf(schema, path);
  nodes_[current_].same_value.push_back(node);
  return nodes_[node].subschema;
}

absl::StatusOr<const valijson::Subschema*> SchemaReader::ForReference(const nlohmann::json& reference,
                                                                      std::string_view path) {
  if (!reference.is_string()) return BadSchema(path, "must be a string");
  const std::string text = reference.get<std::string>();
  if (text.empty() || text[0] != '#') {
    return BadSchema(path,
                     "refers to another document, which is never fetched; put it under $defs and refer to it by "
                     "\"#/$defs/NAME\"");
  }
  const std::string pointer = DecodePercent(std::string_view(text).substr(1));
  const nlohmann::json* const target = Find(document_, pointer);
  if (target == nullptr) return BadSchema(path, "refers to what is not there; write \"#/$defs/NAME\"");
  return ForSame(*target, pointer.size() > kMaxPathBytes ? path : pointer);
}

void SchemaReader::Add(const valijson::constraints::Constraint& constraint) {
  model_->schema.addConstraintToSubschema(constraint, nodes_[current_].subschema);
}

// From the ends of all chains backwards. What is never reached leads into a circle.
absl::Status SchemaReader::MeasureChains() {
  std::vector<std::vector<size_t>> users(nodes_.size());
  std::vector<size_t> open(nodes_.size()), length(nodes_.size(), 1), done;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    open[node] = nodes_[node].same_value.size();
    if (open[node] == 0) done.push_back(node);
    for (size_t used : nodes_[node].same_value) users[used].push_back(node);
  }
  for (size_t i = 0; i < done.size(); ++i) {
    const size_t node = done[i];
    model_->longest_chain = std::max(model_->longest_chain, length[node]);
    if (length[node] > kMaxSchemaChain) {
      return BadSchema(nodes_[node].path,
                       StrCat("more than ", kMaxSchemaChain, " schemas look at one value, each within the one before"));
    }
    for (size_t user : users[node]) {
      length[user] = std::max(length[user], length[node] + 1);
      if (--open[user] == 0) done.push_back(user);
    }
  }
  if (done.size() == nodes_.size()) return absl::OkStatus();
  const size_t circle = std::find_if(open.begin(), open.end(), [](size_t left) { return left > 0; }) - open.begin();
  return BadSchema(nodes_[circle].path, "its references lead in a circle that never goes into the value");
}

}  // namespace attune

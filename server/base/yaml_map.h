// Reading a YAML map strictly: every error has its line and column, and a key that nobody asked for is one.
#ifndef ATTUNE_BASE_YAML_MAP_H_
#define ATTUNE_BASE_YAML_MAP_H_

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace attune {

// All errors of one file, in the order found.
class YamlErrors {
 public:
  explicit YamlErrors(std::string_view file) : file_(file) {}

  void Add(const YAML::Mark& mark, std::string_view cause);
  void Add(const YAML::Node& node, std::string_view cause) { Add(node.Mark(), cause); }
  bool empty() const { return fields_.empty(); }
  const std::string& file() const { return file_; }

  // OK, or INVALID_ARGUMENT (BAD_FILE): the first error as "file:line:column: cause" in the message, all of them as
  // field violations.
  absl::Status ToStatus() const;

 private:
  const std::string file_;
  std::vector<std::pair<std::string, std::string>> fields_;  // "file:line:column", cause
};

// Readers give nothing where the key is absent, and where its value is wrong, which is in the errors then.
class YamlMap {
 public:
  // `what` names the map in errors: "few_shot".
  YamlMap(const YAML::Node& node, std::string_view what, YamlErrors& errors);

  bool Has(const char* key);
  YAML::Node Node(const char* key);  // not defined if absent
  std::optional<std::string> String(const char* key);
  std::optional<int64_t> Integer(const char* key);
  std::optional<int32_t> SmallInteger(const char* key);
  std::optional<double> Double(const char* key);
  std::optional<bool> Bool(const char* key);
  std::vector<std::string> Strings(const char* key);        // a list, or one text
  std::optional<absl::Duration> Duration(const char* key);  // "500ms", "5s", "2m"; above 0
  void Require(const char* key);
  void Fail(const char* key, std::string_view cause);
  // Reports keys that were never asked for, with the nearest known one, and keys that stand there twice.
  void Finish();

 private:
  template <typename T>
  std::optional<T> Scalar(const char* key, const char* kind);

  const YAML::Node node_;
  const std::string what_;
  YamlErrors& errors_;
  std::vector<std::string> known_;
};

// YAML::LoadAll without its exceptions.
absl::StatusOr<std::vector<YAML::Node>> LoadYaml(std::string_view file, const std::string& text);

}  // namespace attune

#endif  // ATTUNE_BASE_YAML_MAP_H_

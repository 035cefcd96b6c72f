// YAML values as JSON text.
#ifndef ATTUNE_CLIENT_YAML_JSON_H_
#define ATTUNE_CLIENT_YAML_JSON_H_

#include <yaml-cpp/yaml.h>

#include <string>

#include "absl/status/statusor.h"

namespace attune {

inline constexpr size_t kMaxYamlJsonBytes = 1 << 20;  // YAML's references can make much of little
inline constexpr int kMaxYamlJsonDepth = 64;

// Plain scalars that are numbers, true, false or null in JSON are those; quoted ones are texts. RESOURCE_EXHAUSTED past
// a limit above; INVALID_ARGUMENT for a key that is no text.
absl::StatusOr<std::string> YamlToJson(const YAML::Node& node);

}  // namespace attune

#endif  // ATTUNE_CLIENT_YAML_JSON_H_

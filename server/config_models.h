// The parts of the configuration file that are about models, routes and limits; config.h describes the whole.
#ifndef ATTUNE_CONFIG_MODELS_H_
#define ATTUNE_CONFIG_MODELS_H_

#include <string>

#include "base/yaml_map.h"
#include "config.h"

namespace attune {

// Each reads the value of one entry; what is wrong goes to `errors`, and what it gives does not matter then.
ModelConfig ReadModel(const std::string& name, const YAML::Node& node, YamlErrors& errors);
RouteConfig ReadRoute(const std::string& name, const YAML::Node& node, YamlErrors& errors);
CallerLimit ReadLimit(const std::string& name, const YAML::Node& node, YamlErrors& errors);
CachePolicy ReadCache(const YAML::Node& node, YamlErrors& errors);

// "provider/model".
bool IsModelName(std::string_view name);

}  // namespace attune

#endif  // ATTUNE_CONFIG_MODELS_H_

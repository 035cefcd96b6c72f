// The prices of a model in the configuration file; config.h describes the whole.
#ifndef ATTUNE_CONFIG_PRICES_H_
#define ATTUNE_CONFIG_PRICES_H_

#include <vector>

#include "base/yaml_map.h"
#include "provider/price.h"

namespace attune {

// Under the key `prices` of a model: one price, or a list of them by day. None if the key is absent; what is wrong goes
// to `errors`.
std::vector<Price> ReadPrices(YamlMap& model, YamlErrors& errors);

}  // namespace attune

#endif  // ATTUNE_CONFIG_PRICES_H_

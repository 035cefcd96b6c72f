// What the configuration tells of a model. Plain data.
#ifndef ATTUNE_PROVIDER_MODEL_FACTS_H_
#define ATTUNE_PROVIDER_MODEL_FACTS_H_

#include <map>
#include <string>
#include <vector>

#include "base/message.h"
#include "provider/price.h"

namespace attune {

struct ModelFacts {
  int64_t context_tokens = 0;  // of prompt and answer together; 0: unknown
  Parameters defaults;  // where neither prompt nor request set the parameter; `model` and `max_examples` are unset
  std::vector<Price> prices;  // sorted by `from`
};

// By "provider/model".
using ModelTable = std::map<std::string, ModelFacts, std::less<>>;

}  // namespace attune

#endif  // ATTUNE_PROVIDER_MODEL_FACTS_H_

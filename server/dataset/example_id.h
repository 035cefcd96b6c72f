// Ids of examples that come without one.
#ifndef ATTUNE_DATASET_EXAMPLE_ID_H_
#define ATTUNE_DATASET_EXAMPLE_ID_H_

#include <string>

#include "dataset/example.h"

namespace attune {

// 32 hex digits made from the input and the variables alone, so that importing the same question twice gives one
// example, with the later answer. The same in every release: ids are stored.
std::string MakeExampleId(const Example& example);

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_ID_H_

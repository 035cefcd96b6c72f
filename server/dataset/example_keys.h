// What tells the rows of a file apart.
#ifndef ATTUNE_DATASET_EXAMPLE_KEYS_H_
#define ATTUNE_DATASET_EXAMPLE_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "dataset/example.h"

namespace attune {

// The id of a second row with the input and variables of an earlier one: MakeExampleId, "-", and 16 hex digits, a hash
// of everything else in the example. The same in every release.
std::string MakeVariantId(const Example& example);

// Equal for examples whose inputs are equal up to case, accents and punctuation, and whose outputs are equal.
using DuplicateKey = std::pair<uint64_t, uint64_t>;
DuplicateKey MakeDuplicateKey(std::string_view input, std::string_view output);

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_KEYS_H_

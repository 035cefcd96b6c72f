// Examples that are nearly the same, found by their signatures (dataset/simhash.h) with bounded work.
#ifndef ATTUNE_DATASET_NEAR_DUPLICATES_H_
#define ATTUNE_DATASET_NEAR_DUPLICATES_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "dataset/simhash.h"

namespace attune {

inline constexpr double kNearDuplicate = 0.9;          // estimated cosine from which two inputs are nearly the same
inline constexpr size_t kMaxComparisons = 1ull << 27;  // of signatures: about half a second
inline constexpr size_t kMaxNearPairs = 10;

// What is known of one input: equal keys are duplicates, which are not looked for here.
struct Signed {
  uint64_t key = 0;
  SimHash signature;
};

struct NearPair {
  size_t first = 0, second = 0;  // indexes
  double similarity = 0;
};

struct NearDuplicates {
  size_t sample = 0;  // inputs that were compared with all others
  size_t found = 0;   // those of them that have a near duplicate
  std::vector<NearPair> pairs;
};

// Compares every input with all others; of so many that this were more than kMaxComparisons, a sample drawn evenly. Of
// an input only the first near duplicate is told. Inputs without a term have none.
NearDuplicates FindNearDuplicates(const std::vector<Signed>& inputs);

}  // namespace attune

#endif  // ATTUNE_DATASET_NEAR_DUPLICATES_H_

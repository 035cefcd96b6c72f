// A 128-bit signature of a bag of terms whose bit differences estimate the angle between two bags: cheap similarity
// for MMR, 16 bytes an example. Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002.
#ifndef ATTUNE_DATASET_SIMHASH_H_
#define ATTUNE_DATASET_SIMHASH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace attune {

inline constexpr size_t kSimHashBits = 128;
using SimHash = std::array<uint64_t, kSimHashBits / 64>;

// `terms`: as AnalyzeText gives them; repeats weigh more.
SimHash MakeSimHash(const std::vector<uint64_t>& terms);

// Estimated cosine of the angle between the bags, 0 to 1: 1 for equal bags, about 0 for unrelated ones.
double Similarity(const SimHash& a, const SimHash& b);

}  // namespace attune

#endif  // ATTUNE_DATASET_SIMHASH_H_

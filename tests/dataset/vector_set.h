// Made-up vectors for tests and benchmarks of the search for the nearest ones.
#ifndef ATTUNE_TESTS_DATASET_VECTOR_SET_H_
#define ATTUNE_TESTS_DATASET_VECTOR_SET_H_

#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <vector>

#include "dataset/vector_index.h"

namespace attune {

// Clusters like those of texts about a number of subjects: vectors of length 1 that have many dimensions and vary along
// few directions, most around one of some centres, with noise in all dimensions. One stream a seed.
class ClusteredVectors {
 public:
  ClusteredVectors(uint32_t dimensions, uint32_t clusters, uint64_t seed);

  std::vector<float> Next();

 private:
  static constexpr uint32_t kDirections = 24;

  float Normal() { return normal_(random_); }

  std::mt19937_64 random_;
  std::normal_distribution<float> normal_;
  std::vector<std::vector<float>> directions_;  // kDirections of all dimensions
  std::vector<std::vector<float>> centres_;     // of kDirections numbers
};

// The vector that points the same way, of length 1.
std::vector<float> Normalized(std::vector<float> vector);

// All of `vectors`, at the rows 0, 1, 2 ..., in batches as a writer adds them, and linked as far as NeedsMerge asks.
std::shared_ptr<const VectorIndex> MakeVectorIndex(const std::vector<std::vector<float>>& vectors);

// Links until NeedsMerge is content.
std::shared_ptr<const VectorIndex> MergeAll(std::shared_ptr<const VectorIndex> index);

// What a search without limits finds among `vectors`, by sums of double precision.
std::vector<RankedRow> NearestOf(const std::vector<std::vector<float>>& vectors, std::span<const float> question,
                                 size_t limit);

// Of the rows of `exact`, the share that is in `found`.
double RecallOf(const std::vector<RankedRow>& found, const std::vector<RankedRow>& exact);

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_VECTOR_SET_H_

// Datasets whose inputs have vectors that products are exact of.
#ifndef ATTUNE_TESTS_DATASET_EMBEDDED_SET_H_
#define ATTUNE_TESTS_DATASET_EMBEDDED_SET_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "dataset/row.h"
#include "dataset/semantic_selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {

using IndexPtr = std::shared_ptr<const VectorIndex>;

inline constexpr uint32_t kExactDimensions = 8;

// Of each pair of dimensions, one number is 0.5 or -0.5: of length 1, with products of whole quarters. By the text, so
// that texts are alike by chance.
inline std::vector<float> ExactVector(std::string_view text) {
  const uint64_t bits = Hash64(text, 1);
  std::vector<float> vector(kExactDimensions, 0);
  for (size_t pair = 0; pair < kExactDimensions / 2; ++pair) {
    vector[2 * pair + (bits >> (2 * pair) & 1)] = (bits >> (2 * pair + 1) & 1) != 0 ? 0.5F : -0.5F;
  }
  return vector;
}

// The index with the vectors of all rows up to the dataset's latest version that it does not have yet, removed ones
// too; `skip` names rows that get none.
inline IndexPtr EmbedRows(
    IndexPtr index, const DatasetPtr& dataset, const std::function<bool(const Row&)>& skip = nullptr,
    const std::function<std::vector<float>(ExampleView)>& embed = [](ExampleView example) {
      return ExactVector(std::string(example.input()));
    }) {
  std::vector<VectorIndex::Added> added;
  for (uint32_t row = 0; row < dataset->StatisticsAt(dataset->latest()).rows; ++row) {
    const Row& of_row = dataset->RowAt(row);
    if (!index->Has(row) && (skip == nullptr || !skip(of_row))) added.push_back({row, embed(of_row.example)});
  }
  return *VectorIndex::Add(index, std::move(added));
}

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_EMBEDDED_SET_H_

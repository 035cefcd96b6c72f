// What the catalog asks of the embedding models: which datasets, and which of their rows. Pure.
#ifndef ATTUNE_MANAGE_EMBED_PLAN_H_
#define ATTUNE_MANAGE_EMBED_PLAN_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "dataset/dataset.h"
#include "dataset/vector_shelf.h"
#include "prompt/catalog.h"

namespace attune {

// Whose vectors are wanted, and for which versions, in rising order: the latest version of each dataset, and those that
// its aliases point to, each for the settings that it has. Other versions are served as far as rows and settings are
// the same.
std::map<VectorKey, std::vector<int64_t>> WantedVectors(const Catalog& catalog);

// Refers to the dataset.
struct RowText {
  uint32_t row = 0;
  std::string_view input;  // to be embedded
};

// The next rows from `from` on, at most `limit`, of all versions that are kept. `next`: where to go on.
std::vector<RowText> RowsFrom(const Dataset& dataset, uint64_t from, size_t limit, uint64_t& next);

// The same, but only TRAIN examples, which alone are ever shown, that one of the versions (at least one, in rising
// order) has, and that are neither in `index` (may be null) nor `refused`.
std::vector<RowText> MissingRows(const Dataset& dataset, const std::vector<int64_t>& versions, const VectorIndex* index,
                                 const absl::flat_hash_set<uint32_t>& refused, uint64_t from, size_t limit,
                                 uint64_t& next);

// How many of the TRAIN examples of a version are in the index; looks at the others only.
int64_t CountEmbedded(const DatasetView& view, const VectorIndex& index);

}  // namespace attune

#endif  // ATTUNE_MANAGE_EMBED_PLAN_H_

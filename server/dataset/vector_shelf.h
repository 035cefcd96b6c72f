// The vectors of all datasets at one moment: an immutable snapshot, shared by pointer, as the catalog is. Rows keep
// their positions for ever, so that one index serves every version of its dataset.
#ifndef ATTUNE_DATASET_VECTOR_SHELF_H_
#define ATTUNE_DATASET_VECTOR_SHELF_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "dataset/settings.h"
#include "dataset/vector_index.h"

namespace attune {

// The vectors that a model makes now are of another length than those that it made before: FAILED_PRECONDITION
// (DIMENSIONS_CHANGED).
absl::Status CheckDimensions(const std::string& model, size_t now, size_t before);

// Whose vectors.
struct VectorKey {
  std::string dataset;         // name
  EmbeddingSettings settings;  // with a model
  friend bool operator==(const VectorKey&, const VectorKey&) = default;
  friend bool operator<(const VectorKey& a, const VectorKey& b) {
    return std::tie(a.dataset, a.settings) < std::tie(b.dataset, b.settings);
  }
};

enum class VectorState {
  kLoading,    // what is stored is being read; the index is not there yet
  kEmbedding,  // the model is being asked for what is missing
  kEmbedded,   // nothing is missing, but what the model refused
  kPaused,     // the model, or the store, failed; it is tried again
};

struct DatasetVectors {
  std::shared_ptr<const VectorIndex> index;  // null: not a single vector is there
  VectorState state = VectorState::kLoading;
  int64_t refused = 0;     // examples that the model refused
  std::string last_error;  // empty: there was none since it last went well

  // Vectors that are waited for to be linked, as after a start: until then a search is exact and slow.
  int64_t ToLink() const {
    return index != nullptr && index->NeedsMerge() ? static_cast<int64_t>(index->size() - index->Linked()) : 0;
  }
  bool Warming() const { return state == VectorState::kLoading || ToLink() > 0; }
};

class VectorShelf {
 public:
  // Null if nobody keeps vectors of it.
  std::shared_ptr<const DatasetVectors> Find(const VectorKey& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second;
  }

  // Names of the datasets whose vectors are being read or linked, in order, each once.
  std::vector<std::string> WarmingDatasets() const {
    std::vector<std::string> names;
    for (const auto& [key, vectors] : entries_) {
      if (vectors->Warming() && (names.empty() || names.back() != key.dataset)) names.push_back(key.dataset);
    }
    return names;
  }

  // The shelf with these vectors in place of those of the same key; null: without them.
  std::shared_ptr<const VectorShelf> With(const VectorKey& key, std::shared_ptr<const DatasetVectors> vectors) const {
    auto next = std::make_shared<VectorShelf>(*this);
    if (vectors == nullptr) {
      next->entries_.erase(key);
    } else {
      next->entries_.insert_or_assign(key, std::move(vectors));
    }
    return next;
  }

 private:
  std::map<VectorKey, std::shared_ptr<const DatasetVectors>> entries_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_VECTOR_SHELF_H_

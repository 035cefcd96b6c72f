// How a dataset is kept and searched, by its owner's choice. Settings belong to a version.
#ifndef ATTUNE_DATASET_SETTINGS_H_
#define ATTUNE_DATASET_SETTINGS_H_

#include <cstdint>
#include <string>
#include <tuple>

namespace attune {

// Which model makes the vectors of questions and inputs.
struct EmbeddingSettings {
  std::string model;       // "provider/model", never an alias; empty: none
  int32_t dimensions = 0;  // of each vector; 0: the model's own
  friend bool operator==(const EmbeddingSettings&, const EmbeddingSettings&) = default;
  friend bool operator<(const EmbeddingSettings& a, const EmbeddingSettings& b) {
    return std::tie(a.model, a.dimensions) < std::tie(b.model, b.dimensions);
  }
};

struct DatasetSettings {
  EmbeddingSettings embedding;
  friend bool operator==(const DatasetSettings&, const DatasetSettings&) = default;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SETTINGS_H_

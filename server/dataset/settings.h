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

inline constexpr double kMaxBm25K1 = 100;  // a hundred times what is usual: repeats then count nearly in full

// The parameters of BM25 (dataset/bm25.h). The defaults are above the usual 1.2 and 0.75: what else a text says counts
// more against it, and what it says again counts more for it. Found on the sets of docs/QUALITY.md, where long texts
// gain most and short questions lose nothing.
struct LexicalSettings {
  double k1 = 2.5;  // above 0, at most kMaxBm25K1
  double b = 0.8;   // 0 to 1
  friend bool operator==(const LexicalSettings&, const LexicalSettings&) = default;
};

struct DatasetSettings {
  EmbeddingSettings embedding;
  LexicalSettings lexical;
  int32_t keep_versions = 0;  // so many of the latest stay readable (dataset/retention.h); 0: all, not negative
  friend bool operator==(const DatasetSettings&, const DatasetSettings&) = default;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SETTINGS_H_

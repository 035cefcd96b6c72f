// Choosing the few examples that the model is shown for one question. Pure: the same dataset version, policy and
// question give the same selection, for ever.
#ifndef ATTUNE_DATASET_SELECTION_H_
#define ATTUNE_DATASET_SELECTION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "dataset/dataset.h"
#include "dataset/example_filter.h"
#include "dataset/example_view.h"

namespace attune {

struct SemanticQuery;  // dataset/semantic_selection.h

enum class Strategy { kFixed, kRandom, kLexical, kSemantic, kHybrid };
enum class Choice { kMmr, kTermCover };
enum class ExampleOrder { kBestLast, kBestFirst, kById };

inline constexpr int32_t kMaxExamples = 256;
inline constexpr int32_t kDefaultExamples = 4;
inline constexpr double kDefaultDiversity = 0.3;

struct SelectionPolicy {
  Strategy strategy = Strategy::kLexical;
  int32_t k = kDefaultExamples;          // 0 to kMaxExamples
  double diversity = kDefaultDiversity;  // MMR: 0 only relevance, 1 only diversity
  int32_t max_per_label = 0;             // 0: no cap
  ExampleOrder order = ExampleOrder::kBestLast;
  std::vector<std::string> example_ids;  // for kFixed
  int64_t seed = 0;                      // for kRandom
  double min_coverage = 0;               // 0 to 1; examples below are not shown
  bool fallback_to_lexical = false;      // kSemantic and kHybrid without vectors: choose by kLexical
  Choice choice = Choice::kMmr;          // how the best matches become a set
  double min_score = 0;                  // not negative; examples below are not shown
  ExampleFilter include;                 // only these examples; empty: all
  ExampleFilter exclude;                 // not these
  friend bool operator==(const SelectionPolicy&, const SelectionPolicy&) = default;
};

// Refers to the dataset.
struct ScoredExample {
  ExampleView example;
  // BM25, or of kSemantic the cosine, or of kHybrid that of rank_fusion.h, times the example's weight; 0 for kFixed and
  // kRandom.
  double score = 0;
  // 0 to 1: as coverage.h says; of kSemantic, the cosine, of which below 0 counts as 0; of kHybrid, the larger of both.
  double coverage = 0;
  int32_t rank = 0;  // 0 is the most relevant; the token budget drops the highest rank first
};

struct Selection {
  std::vector<ScoredExample> examples;  // in the order in which they are shown
  double coverage = 0;                  // of the best example that the filters let through, whether it is shown or not
  bool fell_back = false;               // chosen by kLexical, for want of vectors
  DatasetPtr dataset;                   // keeps the examples alive
};

// What must not be shown: in an evaluation, the case itself and its duplicates.
struct Exclusion {
  std::string input;  // examples whose NormalizeText(input) is equal to this one's are excluded
  std::string id;     // and the one with this id; empty: none
};

// Only TRAIN examples that the filters let through are ever selected. kFixed passes over what they leave out: NOT_FOUND
// (EXAMPLE_NOT_FOUND) if an id is not there at this version or is a TEST example. kSemantic and kHybrid without
// vectors, and without fallback: FAILED_PRECONDITION (EMBEDDINGS_MISSING). `exclusion` may be null, and so may
// `semantic`, which the other strategies do not need.
absl::StatusOr<Selection> SelectExamples(const DatasetView& view, const SelectionPolicy& policy,
                                         std::string_view question, const Exclusion* exclusion,
                                         const SemanticQuery* semantic = nullptr);

}  // namespace attune

#endif  // ATTUNE_DATASET_SELECTION_H_

// What each term of a question weighs in a text, one by one, where a search only needs their sum: for covering the
// terms with a set of examples, and for telling people what made a score. Not for the whole dataset: a text is analysed
// anew.
#ifndef ATTUNE_DATASET_TERM_WEIGHTS_H_
#define ATTUNE_DATASET_TERM_WEIGHTS_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dataset/bm25.h"
#include "dataset/dataset.h"

namespace attune {

inline constexpr size_t kMaxWeighedTerms = 512;       // of a question, as many as a search looks at
inline constexpr size_t kMaxWeighedBytes = 8 * 1024;  // of a text; what follows does not count

// The distinct terms of one question, with what they weigh at one version. Immutable; needs the dataset only while it
// is made.
class TermWeights {
 public:
  TermWeights(const Dataset& dataset, int64_t version, std::string_view question);

  // Sorted, distinct.
  const std::vector<uint64_t>& terms() const { return terms_; }

  // The BM25 weight (dataset/bm25.h) of each term in this text, in the order of terms(); 0 where it does not occur.
  std::vector<double> In(std::string_view text) const;

 private:
  const std::shared_ptr<const Bm25Weights> weights_;
  std::vector<uint64_t> terms_;
  std::vector<double> idfs_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_TERM_WEIGHTS_H_

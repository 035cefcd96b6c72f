// BM25 over one version of a dataset: exactly the ranking of an exhaustive scan, without the scan.
#ifndef ATTUNE_DATASET_SEARCH_H_
#define ATTUNE_DATASET_SEARCH_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "dataset/dataset.h"
#include "dataset/row.h"
#include "dataset/segment.h"

namespace attune {

// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; idf as in Lucene, never
// negative: ln(1 + (N - df + 0.5) / (df + 0.5)). The usual constants, which did best on banking77 as well.
inline constexpr double kBm25K1 = 1.2;
inline constexpr double kBm25B = 0.75;

struct RankedRow {
  uint32_t row = 0;
  double score = 0;
};

// One question against one version. N, df and the average length count all rows added at or before the version,
// removed ones included, so they are found by position and never change afterwards. Repeated terms of the question count
// once. Refers to the dataset, which must outlive it.
class Bm25Query {
 public:
  Bm25Query(const Dataset& dataset, int64_t version, std::string_view question);

  // The best visible and accepted rows, best first; equal scores by row.
  std::vector<RankedRow> Search(size_t limit, absl::FunctionRef<bool(const Row&)> accept) const;

  // `score` over the score of an example that is the question itself, at most 1.
  double Coverage(double score) const;

 private:
  struct List {
    std::span<const Posting> postings;  // of rows of the version only
    uint32_t first_row = 0;             // of its segment
  };
  struct Term {
    double idf = 0;
    double bound = 0;  // no row scores more by this term
    std::vector<List> lists;
  };

  void AddTerm(uint64_t term, uint32_t rows);
  double Weight(const Term& term, uint32_t count, uint32_t length) const;
  double ExactScore(uint32_t row) const;
  static uint32_t CountIn(const Term& term, uint32_t row);

  const Dataset& dataset_;
  const int64_t version_;
  double average_length_ = 1;
  double best_possible_ = 0;
  std::vector<Term> terms_;  // that occur, most telling first
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEARCH_H_

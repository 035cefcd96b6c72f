// BM25 over one version of a dataset: exactly the ranking of an exhaustive scan, without the scan.
#ifndef ATTUNE_DATASET_SEARCH_H_
#define ATTUNE_DATASET_SEARCH_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "dataset/bm25.h"
#include "dataset/dataset.h"
#include "dataset/row.h"
#include "dataset/segment.h"
#include "dataset/segment_scan.h"
#include "dataset/top_rows.h"

namespace attune {

inline constexpr size_t kMaxQuestionTerms = 512;  // about 100 words

// A term of a question.
struct QuestionTerm {
  uint64_t hash = 0;
  uint32_t count = 0;  // in the question
  uint32_t df = 0;     // rows that have it
  double idf = 0;
  Mass mass = 0;     // the same in units
  size_t index = 0;  // before the terms were ordered by df
};

// One question against one version. The number of rows, df and the average length count all rows added at or before the
// version, removed ones included (and dropped ones, dropped_rows.h), so they are found by position and never change
// afterwards. Repeated terms of the question count once, and of a question of more than kMaxQuestionTerms terms, that
// many count. Refers to the dataset, which must outlive it.
class Bm25Query {
 public:
  Bm25Query(const Dataset& dataset, int64_t version, std::string_view question);

  // The best visible and accepted rows, best first; equal scores by row. `accept` is asked about few rows, not about
  // all.
  std::vector<RankedRow> Search(size_t limit, absl::FunctionRef<bool(const Row&)> accept) const;

  // `score` over the score of an example that is the question itself, at most 1.
  double ShareOfBest(double score) const;

  size_t terms() const { return terms_; }  // of the question, each counted once

 private:
  // Of a question with so many terms, repeats counted.
  void WeighTerms(std::vector<QuestionTerm>& terms, uint32_t length);
  void AddLists(const std::vector<QuestionTerm>& terms, const std::vector<PostingList>& found);

  const Dataset& dataset_;
  const int64_t version_;
  const uint32_t rows_;
  const uint32_t places_;  // of them, those that are left
  const std::shared_ptr<const Bm25Weights> weights_;
  size_t terms_ = 0;
  double unit_ = 1;              // of mass
  double best_possible_ = 0;     // in units
  std::vector<ScanList> lists_;  // segment by segment, in each the most telling term first
  std::vector<size_t> ends_;     // in lists_, of each segment
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEARCH_H_

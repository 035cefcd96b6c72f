// The ranking of BM25 by adding up every term of every row: what the search must equal, slow and plain.
#ifndef ATTUNE_TESTS_BENCH_MICRO_EXHAUSTIVE_RANKING_H_
#define ATTUNE_TESTS_BENCH_MICRO_EXHAUSTIVE_RANKING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "dataset/bm25.h"
#include "dataset/dataset.h"
#include "dataset/top_rows.h"
#include "tests/dataset/question_set.h"

namespace attune {

// Version 1 of a dataset without TEST examples, for questions that are known ahead. Every row is analysed once, and the
// terms of the questions are looked up in nothing but what that gave: no index of the server is read.
class ExhaustiveRanking {
 public:
  ExhaustiveRanking(const DatasetPtr& dataset, std::span<const LabelledQuestion> questions);

  // The best rows for one of these questions, best first, equal ones by row.
  std::vector<RankedRow> Search(const std::string& question, size_t limit) const;

 private:
  struct Posting {
    uint32_t row = 0;
    uint32_t count = 0;
  };

  std::shared_ptr<const Bm25Weights> weights_;
  std::vector<uint32_t> lengths_;                                    // in terms, of each row
  absl::flat_hash_map<uint64_t, std::vector<Posting>> occurrences_;  // of the questions' terms
};

}  // namespace attune

#endif  // ATTUNE_TESTS_BENCH_MICRO_EXHAUSTIVE_RANKING_H_

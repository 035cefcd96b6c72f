// An immutable index over the rows [begin, end) of a dataset: postings for BM25, and the rows in the order of their ids.
// It covers removed rows, too: a search looks at any version through the same segment.
#ifndef ATTUNE_DATASET_SEGMENT_H_
#define ATTUNE_DATASET_SEGMENT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "dataset/row.h"

namespace attune {

// One occurrence list entry: a row and how often the term occurs in it.
struct Posting {
  uint32_t row = 0;
  uint32_t count = 0;
};

class Segment {
 public:
  // The terms of each row's input, in row order.
  static std::shared_ptr<const Segment> Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms);
  // Two neighbours as one: `left` ends where `right` begins.
  static std::shared_ptr<const Segment> Merge(const RowLog& rows, const Segment& left, const Segment& right);

  uint32_t begin() const { return begin_; }
  uint32_t end() const { return end_; }
  uint32_t size() const { return end_ - begin_; }

  // Postings of a term, by row; empty if it does not occur.
  std::span<const Posting> Postings(uint64_t term) const;
  // Largest count of the term in one row, 0 if it does not occur: bounds its score.
  uint32_t MaxCount(uint64_t term) const;

  // The row with this id that is visible at the version, or -1.
  int64_t FindRow(const RowLog& rows, std::string_view id, int64_t version) const;

 private:
  struct Term {
    uint32_t offset = 0;
    uint32_t length = 0;
    uint32_t max_count = 0;
  };

  void Add(uint64_t term, std::span<const Posting> postings);
  void SortIds(const RowLog& rows);

  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  absl::flat_hash_map<uint64_t, Term> terms_;
  std::vector<Posting> postings_;
  std::vector<uint32_t> by_id_;  // rows, by id, then by row
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_H_

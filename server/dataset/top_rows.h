// The best rows of a search while it runs.
#ifndef ATTUNE_DATASET_TOP_ROWS_H_
#define ATTUNE_DATASET_TOP_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace attune {

struct RankedRow {
  uint32_t row = 0;
  double score = 0;
};

// Higher scores first; equal ones by row. An object, as algorithms can inline those.
inline constexpr auto RanksBefore = [](const RankedRow& a, const RankedRow& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
};

class TopRows {
 public:
  // `limit` is at least 1.
  explicit TopRows(size_t limit) : limit_(limit) { rows_.reserve(std::min<size_t>(limit, 1024)); }

  size_t limit() const { return limit_; }

  // A row has to score more than this (or as much, and stand before the last one kept) to be kept.
  double threshold() const { return rows_.size() < limit_ ? 0 : rows_.front().score; }

  bool Keeps(const RankedRow& row) const { return rows_.size() < limit_ || RanksBefore(row, rows_.front()); }

  // A row that Keeps() allows.
  void Add(const RankedRow& row) {
    if (rows_.size() == limit_) {
      std::pop_heap(rows_.begin(), rows_.end(), RanksBefore);
      rows_.pop_back();
    }
    rows_.push_back(row);
    std::push_heap(rows_.begin(), rows_.end(), RanksBefore);
  }

  // Best first; leaves nothing.
  std::vector<RankedRow> Take() {
    std::sort_heap(rows_.begin(), rows_.end(), RanksBefore);
    return std::move(rows_);
  }

 private:
  const size_t limit_;
  std::vector<RankedRow> rows_;  // a heap: the worst in front
};

}  // namespace attune

#endif  // ATTUNE_DATASET_TOP_ROWS_H_

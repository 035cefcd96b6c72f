// The rows that a dataset has let go of, because no version that is kept shows them (retention.h). They are gone from
// memory but for what the others need of them: rows keep their positions for ever, so there are gaps; and BM25 counts
// rows that were removed, too. All of them were there, and removed, before any kept version ended: so what they add is
// the same for each of these. Immutable once it is made.
//
// A row that is left has a place in memory besides its position: how many rows before it are left.
#ifndef ATTUNE_DATASET_DROPPED_ROWS_H_
#define ATTUNE_DATASET_DROPPED_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace attune {

// How many of the rows have each term. One entry is about 20 bytes, and a language has only so many terms.
using TermCounts = absl::flat_hash_map<uint64_t, uint32_t>;

class DroppedRows {
 public:
  // In making: names the rows that are left, in the order of their positions; what lies between them is dropped.
  void Keep(uint32_t position);
  // `end`: behind the last of all rows up to now. `terms`: of the dropped ones.
  void Finish(uint32_t end, TermCounts terms);

  uint32_t size() const { return size_; }
  // Those that have the term.
  uint32_t With(uint64_t term) const;
  const TermCounts& terms() const { return terms_; }

  // The place of the row at a position; -1: it was dropped.
  int64_t Find(uint32_t position) const;
  // How many rows are left below a position: the place of the first one from there on.
  uint32_t PlaceOf(uint32_t position) const;
  uint32_t PositionOf(uint32_t place) const;

 private:
  // Neighbours that were dropped; between two gaps there is a row.
  struct Gap {
    uint32_t begin, end;  // positions
    uint32_t place;       // of the row at `end`
  };
  // The last one that begins at or before the position; null: none does.
  const Gap* GapAt(uint32_t position) const;

  std::vector<Gap> gaps_;
  uint32_t next_ = 0;  // while in making: behind the last one that was kept
  uint32_t size_ = 0;
  TermCounts terms_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_DROPPED_ROWS_H_

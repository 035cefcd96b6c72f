// Adds the postings of a segment, term by term.
#ifndef ATTUNE_DATASET_SEGMENT_FILLER_H_
#define ATTUNE_DATASET_SEGMENT_FILLER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/segment.h"

namespace attune {

// The lengths of the segment's rows must be known. For each term: Add its rows in order, then Finish.
class Segment::Filler {
 public:
  explicit Filler(Segment& segment) : segment_(segment) {}

  void Add(uint32_t slot, uint32_t count) {
    slots_[0].push_back(slot);
    if (count > 1) AddRepeats(slot, count);
  }
  // The rows of a part of the segment, whose first slot here is `first_slot`.
  void Add(const Segment& part, uint64_t term, uint32_t first_slot);
  // The same, but `rows` has of each slot of the part which row it is here, or kNoRow. Returns how many are none.
  uint32_t AddSome(const Segment& part, uint64_t term, std::span<const uint32_t> rows);
  void Finish(uint64_t term);

 private:
  // Calls `visit(slot, count)` for each row of the part that has the term, by its slot there.
  template <typename Visit>
  void ForEachRow(const Segment& part, uint64_t term, Visit visit);
  void AddRepeats(uint32_t slot, uint32_t count);
  StoredSet Store(const std::vector<uint32_t>& slots);

  Segment& segment_;
  // Of the term:
  std::array<std::vector<uint32_t>, kLevels> slots_;
  std::array<uint16_t, kLevels> longest_{};
  uint16_t longest_of_many_ = 0;
  uint8_t most_of_many_ = 0;
  size_t many_ = 0;                                     // where those in segment_.many_ begin
  std::array<std::vector<uint32_t>, kLevels> of_part_;  // slots of a part
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_FILLER_H_

// BM25 over one segment: the rows that belong among the best, without the exact score of all of them.
#ifndef ATTUNE_DATASET_SEGMENT_SCAN_H_
#define ATTUNE_DATASET_SEGMENT_SCAN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "dataset/bm25.h"
#include "dataset/scan_list.h"
#include "dataset/scan_loops.h"
#include "dataset/segment.h"
#include "dataset/top_rows.h"

namespace attune {

// Which rows are looked for, by their places among those of the dataset.
struct WantedRows {
  absl::FunctionRef<void(uint32_t row)> prefetch;  // announces that `wanted` may be asked
  absl::FunctionRef<bool(uint32_t row)> wanted;
};

// A window of rows at a time. First a bound of each row's score: the exact mass of the terms that few rows have, whose
// lists are walked, and of the dense ones, whose bits are added up many rows an instruction, what they give rounded up
// to fit into a byte. Then the exact scores of the rows with the largest bounds, until the worst of the best rows
// scores more than the largest bound that is left. So the result is that of an exhaustive scan.
class SegmentScan {
 public:
  SegmentScan(const Bm25Weights& weights, TopRows& best) : weights_(weights), best_(best), loops_(FastestScanLoops()) {}

  // Adds the best of the segment's first `rows` rows. `lists` must be as made, with postings and idf.
  void Run(const Segment& segment, uint32_t rows, std::span<ScanList> lists, const WantedRows& wanted);

 private:
  static constexpr uint32_t kWindow = 16'384;  // rows; what is kept of each fits into the second-level cache
  static_assert(SlotList::kRangeRows % kWindow == 0);
  static constexpr size_t kCountedRows = 2'048;  // fewer have too few peaks to tell how many rows are above a bound
  static constexpr size_t kGroup = 64;           // rows whose masses are found together
  static constexpr size_t kUsualSets = 32;       // dense ones of a question

  void CollectSets(std::span<const ScanList> lists);
  void ScanWindow(std::span<ScanList> lists, const WantedRows& wanted);
  void FindBounds(std::span<ScanList> lists);
  void AddMasses(ScanList& list);
  // The least bound of a row that could still be kept.
  uint16_t Least() const;
  // A bound, `least` or more, from which on some of the rows have theirs that are `below`: about so many as are looked
  // for, or some more, if there are not too few.
  uint16_t NextFrom(uint16_t least, uint16_t below, size_t looked_for) const;
  // How many rows of the window have a bound of `from` or more. Of a larger window it counts the peaks, each for one
  // row.
  size_t CountFrom(uint16_t from) const;
  // Adds those of the rows with bounds in [from, below) that belong there to the best.
  void AddBest(uint16_t from, uint16_t below, std::span<const ScanList> lists, const WantedRows& wanted);
  void AddGroup(std::span<const uint16_t> group, std::span<const ScanList> lists, const WantedRows& wanted);
  // The exact masses of at most kGroup rows.
  std::array<Mass, kGroup> MassesOf(std::span<const uint16_t> group, std::span<const ScanList> lists) const;
  // What a row of that length gets that has the term so often over what it would get if it had it only so often before.
  Mass MoreMass(Mass idf, uint32_t length, uint32_t count, uint32_t before) const {
    return weights_.Repeat(idf, count, length) - weights_.Repeat(idf, before, length);
  }

  const Bm25Weights& weights_;
  TopRows& best_;
  const ScanLoops& loops_;
  double unit_ = 1;        // mass that a step of 1 stands for
  double bound_unit_ = 1;  // score, in units of mass, that a bound of 1 stands for
  LengthWeights length_weights_;
  std::vector<DenseSet> sets_;  // of the segment's lists

  // Of the window:
  const uint16_t* lengths_ = nullptr;
  uint32_t begin_ = 0;  // slots
  uint32_t end_ = 0;
  uint32_t row_ = 0;  // of the slot begin_
  // By slot, counted from begin_.
  alignas(64) std::array<Mass, kWindow> masses_;  // by the sets that are not dense
  alignas(64) std::array<uint16_t, kWindow> bounds_;
  alignas(64) std::array<uint16_t, kWindow / kBlockRows * kPeaks> peaks_;
  std::array<uint16_t, kWindow + 1> candidates_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_SCAN_H_

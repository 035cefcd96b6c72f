// BM25 over one segment: the rows that belong among the best, without looking at all of them.
#ifndef ATTUNE_DATASET_SEGMENT_SCAN_H_
#define ATTUNE_DATASET_SEGMENT_SCAN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "dataset/bm25.h"
#include "dataset/scan_list.h"
#include "dataset/segment.h"
#include "dataset/top_rows.h"

namespace attune {

// MaxScore (Turtle and Flood, "Query Evaluation: Strategies and Optimizations", 1995), a window of rows at a time:
// terms whose bounds together do not reach the worst of the best rows bring no new row into the result, so the lists
// before them are walked, and those are asked about the rows only that still may reach it.
class SegmentScan {
 public:
  SegmentScan(const Bm25Weights& weights, TopRows& best) : weights_(weights), best_(best) {}

  // Adds the segment's best rows. `lists`: the most telling term first, which finds good rows early.
  void Run(const Segment& segment, std::span<ScanList> lists, absl::FunctionRef<bool(uint32_t row)> wanted);

 private:
  static constexpr uint32_t kWindow = 16'384;  // slots; their sums fit the second-level cache
  using Lists = std::span<ScanList>;

  void ScanWindow(Lists lists, absl::FunctionRef<bool(uint32_t row)> wanted);
  // Walks the lists that can bring a row into the result, and raises `floor` on the way; returns the others.
  Lists WalkFirst(Lists lists, double& floor, absl::FunctionRef<bool(uint32_t row)> wanted);
  // Adds a list to the sums; rows that had none become candidates. Returns its size.
  size_t Walk(const ScanList& list);
  void AddRepeats(const ScanList& list);
  // A score that the worst of the best rows will have at least, judged by the sums so far and by what is cheap to find
  // in the lists not yet walked.
  double Floor(Lists rest, absl::FunctionRef<bool(uint32_t row)> wanted) const;
  // Drops the candidates that cannot reach `floor` with what `rest` may add to them.
  void Filter(const ScanList& rest, double floor);
  // The sum that a candidate of this length needs now to reach it.
  Mass Needed(const ScanList& rest, double floor, uint32_t length) const;
  // Adds what a list gives to the candidates, and perhaps to rows that no longer matter.
  void Ask(ScanList& list);
  // In units of mass, as all scores here.
  double Score(uint32_t at) const { return weights_.Score(sums_[at], lengths_[at]); }

  const Bm25Weights& weights_;
  TopRows& best_;
  const uint16_t* lengths_ = nullptr;  // of the window
  uint32_t row_ = 0;                   // first of the window
  uint32_t begin_ = 0;                 // its slot in the segment
  uint32_t end_ = 0;
  size_t candidates_size_ = 0;
  std::array<Mass, kWindow> sums_;  // by slot, counted from begin_; so are the candidates
  std::array<uint16_t, kWindow + 1> candidates_;
  std::array<Mass, Bm25Weights::kUsualLengths> needed_;  // by length
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_SCAN_H_

#include "dataset/scan_list.h"

#include <algorithm>
#include <cmath>

#include "dataset/scan_loops.h"

namespace attune {
namespace {

// Sets whose steps are added up in bytes before the sums go to the totals. More would leave less of a byte for each.
constexpr uint32_t kSetsOfChunk = 40;
constexpr double kMostSum = 255;

// No row gets more mass for the first occurrences of the term, up to `level` and one.
double MassBound(const Bm25Weights& weights, const ScanList& list, uint32_t level) {
  double bound = list.idf;
  for (uint32_t i = 1; i <= level; ++i) {
    bound = std::max(bound, list.idf * weights.Repeats(i + 1, list.postings.longest(i)));
  }
  return bound;
}

// The same, for occurrences above kLevels.
double MassBoundOfMany(const Bm25Weights& weights, const ScanList& list) {
  const uint32_t count = list.postings.most_of_many();
  return count == 0 ? 0 : list.idf * weights.Repeats(count, list.postings.longest_of_many());
}

void SetSteps(const Bm25Weights& weights, double unit, ScanList& list) {
  double before = 0;
  for (uint32_t level = 0; level < list.dense_sets; ++level) {
    const double bound = MassBound(weights, list, level);
    list.steps[level] = static_cast<uint8_t>(std::ceil((bound - before) / unit));
    before = bound;
  }
}

}  // namespace

double SetSteps(const Bm25Weights& weights, std::span<ScanList> lists) {
  double unit = 0;
  double all = 0;    // of the bounds
  double chunk = 0;  // of those in the chunk
  uint32_t all_sets = 0, chunk_sets = 0;
  ScanList* last = nullptr;
  for (ScanList& list : lists) {
    const uint32_t levels = list.postings.levels();
    while (list.dense_sets < levels && list.postings.rows(list.dense_sets).dense()) ++list.dense_sets;
    all += std::max(MassBound(weights, list, levels - 1), MassBoundOfMany(weights, list));
    if (list.dense_sets == 0) continue;
    const double bound = MassBound(weights, list, list.dense_sets - 1);
    all += bound;  // steps and masses of one term together may exceed its own
    all_sets += list.dense_sets;
    if (chunk_sets + list.dense_sets > kSetsOfChunk) {
      last->ends_chunk = true;
      chunk = chunk_sets = 0;
    }
    last = &list;
    chunk += bound;
    chunk_sets += list.dense_sets;
    unit = std::max(unit, chunk / (kMostSum - chunk_sets));  // each step is rounded up
  }
  if (last != nullptr) last->ends_chunk = true;
  unit = std::max(unit, all / (kMostTotal - all_sets - 1)) * (1 + kRounding);
  for (ScanList& list : lists) SetSteps(weights, unit, list);
  return unit;
}

}  // namespace attune

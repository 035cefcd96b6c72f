// What the backfill of vectors has done since the start, for metrics.
#ifndef ATTUNE_MANAGE_BACKFILL_COUNTERS_H_
#define ATTUNE_MANAGE_BACKFILL_COUNTERS_H_

#include <atomic>
#include <cstdint>

namespace attune {

struct BackfillCounters {
  std::atomic<int64_t> loaded{0};    // vectors read from the store
  std::atomic<int64_t> made{0};      // vectors that models made
  std::atomic<int64_t> tokens{0};    // input tokens that it took, as far as their providers told
  std::atomic<int64_t> refused{0};   // examples whose text a model refused
  std::atomic<int64_t> failures{0};  // turns that failed, of models or of the store
  std::atomic<int64_t> damaged{0};   // stored vectors that did not match their checksums
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_BACKFILL_COUNTERS_H_

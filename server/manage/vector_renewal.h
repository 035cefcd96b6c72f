// Lets go of vectors whose rows their dataset has dropped (dataset/dropped_rows.h): an index of the others is made, and
// linked, beside the one that serves, and takes its place when it is as fast. A vector's link takes a millisecond, so
// this goes step by step, between which vectors of new rows come into both. What was replaced, gigabytes of vectors and
// links, is freed here as well, once nobody searches in it any more.
#ifndef ATTUNE_MANAGE_VECTOR_RENEWAL_H_
#define ATTUNE_MANAGE_VECTOR_RENEWAL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "base/last_owner.h"
#include "dataset/dataset.h"
#include "dataset/vector_index.h"

namespace attune {

// Not for less: it takes the memory of the others again, and their links.
inline constexpr size_t kLeastDroppedVectors = 4'096;
inline constexpr size_t kDroppedVectorsShare = 4;  // one in so many

// Of one index. One thread at a time.
class VectorRenewal {
 public:
  // Tells the index (null: there is none yet) which rows are never to have a vector, so that a search need not look at
  // them each time: those that were dropped, and TEST examples. True if more have been dropped since the last time.
  bool PassRows(std::shared_ptr<const VectorIndex>& index, const Dataset& dataset);
  // Whether there is a step to take: one is in making, or the dataset has dropped rows since it was last looked at.
  bool Pending(const Dataset& dataset) const;
  // Begins, if enough vectors can go, or goes on: some seconds of work. At the end `index` is the new one.
  absl::Status Step(std::shared_ptr<const VectorIndex>& index, const Dataset& dataset);
  // What was added to the index.
  absl::Status Add(const std::vector<VectorIndex::Added>& added);

  // Puts `next` in the place of the index, whose memory is freed by Free.
  void Replace(std::shared_ptr<const VectorIndex>& index, std::shared_ptr<const VectorIndex> next);
  // Frees what nobody else has any more. False: all that was replaced is freed.
  bool Free();

 private:
  std::shared_ptr<const VectorIndex> fresh_;  // null: there is none in making
  LastOwner replaced_;
  uint32_t looked_at_ = 0;       // rows that had been dropped when it was last looked at
  uint32_t passed_ = 0;          // rows below it that are never to have a vector are passed, but for ...
  uint32_t passed_dropped_ = 0;  // ... what was dropped since: so many had been
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_VECTOR_RENEWAL_H_

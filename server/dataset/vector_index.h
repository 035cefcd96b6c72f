// The vectors of a dataset's rows, to find those nearest to a question's. Rows are the positions of dataset.h; vectors
// have one dimension and length 1, so that a product is the cosine.
//
// An index is an immutable snapshot, shared by pointer: readers on any thread need no lock, and an old snapshot finds
// for ever what it found. ONE writer at a time makes the next snapshot with Add and Install, which take microseconds.
// Vectors that are new are compared one by one, which is exact. Merge links them into a graph, in which a search looks
// at a few of them only: it takes seconds, reads only, and is meant for a worker thread, while readers search and the
// writer adds:
//
//   writer:  index = *VectorIndex::Add(index, batch);  publish(index);
//   worker:  while (snapshot->NeedsMerge()) { merged = VectorIndex::Merge(snapshot); hand it to the writer }
//   writer:  index = VectorIndex::Install(index, *merged);  publish(index);
//
// Without merges everything is found, only slower. The same vectors added in the same order give the same links however
// they are merged. A search is exact among up to kExactVectors vectors; among more it misses a few of the nearest, and
// which ones may change with vectors that are added later.
//
// Memory of a vector: its numbers once, rounded up to 64 bytes; 8 to 16 bytes for its row; 170 in the graph, and as
// much again while a merge runs. Old snapshots that are still held keep their graphs, and share all the rest.
#ifndef ATTUNE_DATASET_VECTOR_INDEX_H_
#define ATTUNE_DATASET_VECTOR_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "dataset/top_rows.h"
#include "dataset/vector_graph.h"
#include "dataset/vector_store.h"

namespace attune {

// So many vectors are compared one by one as fast as they are found by their links (both took 0.4 ms with 384
// dimensions), and one by one is exact.
inline constexpr size_t kExactVectors = 8'192;
// What one merge links: about two seconds of work in a graph of a million.
inline constexpr size_t kVectorsPerMerge = 2'048;
// hnswlib counts in 31 bits.
inline constexpr size_t kMaxVectors = (size_t{1} << 31) - 1;

class VectorIndex {
 public:
  struct Added {
    uint32_t row;
    std::vector<float> vector;
  };

  static std::shared_ptr<const VectorIndex> Empty(uint32_t dimensions);

  // The next snapshot: `base`, which is the newest one, and these. Writer only. Errors, after which nothing has
  // changed: INVALID_ARGUMENT (BAD_VECTOR: of another dimension, not finite, or not of length 1 (kUnitTolerance);
  // ROW_HAS_VECTOR: the row has one or is there twice; TOO_MANY_VECTORS: above kMaxVectors), INTERNAL
  // (INDEX_NOT_NEWEST: vectors have been added to `base` before).
  static absl::StatusOr<std::shared_ptr<const VectorIndex>> Add(const std::shared_ptr<const VectorIndex>& base,
                                                                const std::vector<Added>& added);

  // An index of its own, with the vectors of those rows alone and none of them linked. Any thread; reads only.
  static std::shared_ptr<const VectorIndex> Only(const VectorIndex& index,
                                                 absl::FunctionRef<bool(uint32_t row)> wanted);

  // The next snapshot: of the rows from `begin` to before `end`, those that have no vector and of which `never` says
  // that they are not to have one are missing no longer. Writer only, on the newest snapshot; older ones stay as they
  // are.
  static std::shared_ptr<const VectorIndex> Pass(const std::shared_ptr<const VectorIndex>& base, uint64_t begin,
                                                 uint64_t end, absl::FunctionRef<bool(uint32_t row)> never);

  // Whether there are more vectors than kExactVectors, and enough of them not linked yet for a merge.
  bool NeedsMerge() const { return size_ > kExactVectors && size_ - Linked() >= kVectorsPerMerge; }
  // The same vectors with at most kVectorsPerMerge more of them linked. Any thread. Errors of VectorGraph::Extend.
  static absl::StatusOr<std::shared_ptr<const VectorIndex>> Merge(const std::shared_ptr<const VectorIndex>& snapshot);
  // The newest snapshot with the links of a merged earlier one. Writer only. Without effect if it has more of its own.
  static std::shared_ptr<const VectorIndex> Install(const std::shared_ptr<const VectorIndex>& newest,
                                                    const std::shared_ptr<const VectorIndex>& merged);

  uint32_t dimensions() const { return store_->dimensions(); }
  size_t size() const { return size_; }
  size_t Linked() const { return graph_ == nullptr ? 0 : graph_->size(); }
  // `slot` is less than size(): in the order in which they were added.
  uint32_t RowOf(size_t slot) const { return store_->RowOf(static_cast<uint32_t>(slot)); }
  bool Has(uint32_t row) const { return SlotOf(row) != kNoSlot; }
  // dimensions() numbers, good as long as the index; empty: the row has none.
  std::span<const float> VectorOf(uint32_t row) const;
  // What its memory is in, which other snapshots share.
  std::vector<std::shared_ptr<const void>> Parts() const { return {store_, graph_}; }
  // Rows below `end` without a vector, in order, until `visit` returns false. Costs nothing for groups of kRowsPerGroup
  // rows that have theirs or are passed; in other groups, passed ones are visited.
  void VisitMissing(uint32_t end, absl::FunctionRef<bool(uint32_t row)> visit) const;

  // The nearest accepted rows, best first, equal ones by row; `score` is the cosine. As many as `limit` if there are so
  // many: the fewer are accepted, the wider it looks, and in the end at all. `accept` is asked about few rows where
  // most are accepted. Of a question of another dimension there are none.
  std::vector<RankedRow> Search(std::span<const float> question, size_t limit,
                                absl::FunctionRef<bool(uint32_t row)> accept) const;

 private:
  class Scan;

  uint32_t SlotOf(uint32_t row) const { return row < rows_end_ ? store_->SlotOf(row, size_) : kNoSlot; }
  absl::Status Check(const std::vector<Added>& added) const;
  void SeeAll();  // that the store has

  std::shared_ptr<VectorStore> store_;        // shared by all snapshots
  std::shared_ptr<const VectorGraph> graph_;  // over the first slots; null: none yet
  size_t size_ = 0;                           // slots that this snapshot has
  uint64_t rows_end_ = 0;                     // rows that the store knew
  std::vector<uint32_t> open_groups_;         // of them, in order: those that are not settled
};

}  // namespace attune

#endif  // ATTUNE_DATASET_VECTOR_INDEX_H_

// The vectors of an index, each held once, and which row each belongs to: what all snapshots of the index share. One
// writer appends; a reader sees the slots below the size that its snapshot gives it, and those never change.
//
// A slot is the place of a vector in the order of addition. Vectors never move, so pointers to them stay good as long
// as the store lives.
#ifndef ATTUNE_DATASET_VECTOR_STORE_H_
#define ATTUNE_DATASET_VECTOR_STORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

#include "base/append_log.h"

namespace attune {

inline constexpr uint32_t kNoSlot = std::numeric_limits<uint32_t>::max();
inline constexpr uint32_t kRowsPerGroup = 64;

class VectorStore {
 public:
  explicit VectorStore(uint32_t dimensions) : dimensions_(dimensions), stride_(RoundUp(dimensions)) {}

  uint32_t dimensions() const { return dimensions_; }
  const float* At(uint32_t slot) const {
    const Line* block = blocks_[slot / kBlock].get();
    return block->numbers + slot % kBlock * stride_;
  }
  uint32_t RowOf(uint32_t slot) const { return rows_[slot]; }

  // For rows below RowsEnd() as it was when the snapshot was made. kNoSlot: no vector in the first `size` slots.
  uint32_t SlotOf(uint32_t row, size_t size) const { return Below(size, slots_[row]); }

  // Writer only.
  size_t size() const { return size_; }
  // Above every row that has a vector or is never to have one, and at the end of a group.
  uint64_t RowsEnd() const { return rows_end_; }
  void Append(uint32_t row, std::span<const float> vector);
  // The row is never to have one. Without effect if it has.
  void Pass(uint32_t row);
  // Whether each row of a group (from group * kRowsPerGroup on) has a vector or is never to have one.
  bool IsSettled(uint64_t group) const { return settled_[group] == kRowsPerGroup; }

 private:
  static constexpr size_t kBlock = 64;          // vectors that are allocated together
  static constexpr size_t kNumbersOfLine = 16;  // of 4 bytes: a cache line

  struct alignas(64) Line {
    float numbers[kNumbersOfLine];
  };
  // A slot plus 1, 0 before there is one. Readers whose snapshot is older than the writer's mark compare and see none.
  using Mark = std::atomic<uint32_t>;
  static constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();  // above all slots

  static constexpr size_t RoundUp(size_t size) { return (size + kNumbersOfLine - 1) / kNumbersOfLine * kNumbersOfLine; }
  void Settle(uint32_t row, uint32_t mark);
  static uint32_t Below(size_t size, const Mark& mark) {
    const uint32_t slot = mark.load(std::memory_order_relaxed) - 1;  // of 0: the largest number
    return slot < size ? slot : kNoSlot;
  }

  const uint32_t dimensions_;
  const size_t stride_;  // numbers from one vector to the next
  AppendLog<std::unique_ptr<Line[]>> blocks_;
  AppendLog<uint32_t> rows_;    // by slot
  AppendLog<Mark> slots_;       // by row
  AppendLog<uint8_t> settled_;  // by group, how many of its rows; writer only
  size_t size_ = 0;
  uint64_t rows_end_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_VECTOR_STORE_H_

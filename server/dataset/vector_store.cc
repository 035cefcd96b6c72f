#include "dataset/vector_store.h"

#include <algorithm>

namespace attune {

void VectorStore::Append(uint32_t row, std::span<const float> vector) {
  const size_t slot = size_++;
  if (slot % kBlock == 0) {
    blocks_.Reserve(slot / kBlock + 1);
    blocks_.Mutable(slot / kBlock) = std::make_unique_for_overwrite<Line[]>(kBlock * stride_ / kNumbersOfLine);
  }
  Line* block = blocks_.Mutable(slot / kBlock).get();
  std::copy(vector.begin(), vector.end(), block->numbers + slot % kBlock * stride_);
  rows_.Reserve(slot + 1);
  rows_.Mutable(slot) = row;
  Settle(row, static_cast<uint32_t>(slot + 1));
}

void VectorStore::Pass(uint32_t row) {
  if (row >= rows_end_ || slots_[row].load(std::memory_order_relaxed) == 0) Settle(row, kNever);
}

void VectorStore::Settle(uint32_t row, uint32_t mark) {
  const uint32_t group = row / kRowsPerGroup;
  rows_end_ = std::max(rows_end_, (uint64_t{group} + 1) * kRowsPerGroup);
  slots_.Reserve(rows_end_);
  settled_.Reserve(rows_end_ / kRowsPerGroup);
  if (slots_[row].load(std::memory_order_relaxed) == 0) ++settled_.Mutable(group);
  slots_.Mutable(row).store(mark, std::memory_order_relaxed);
}

}  // namespace attune

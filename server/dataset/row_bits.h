// Sets of rows as bits, laid out so that a loop over bytes, which compilers vectorise, visits the rows in order: a
// block of 256 rows takes 32 bytes, and bit b of byte i stands for row 32 * b + i of the block.
#ifndef ATTUNE_DATASET_ROW_BITS_H_
#define ATTUNE_DATASET_ROW_BITS_H_

#include <bit>
#include <cstddef>
#include <cstdint>

namespace attune {

inline constexpr size_t kBlockBytes = 32;
inline constexpr size_t kBlockRows = kBlockBytes * 8;

constexpr size_t BlocksOf(size_t rows) { return (rows + kBlockRows - 1) / kBlockRows; }
// `rows` rounded up to whole blocks.
constexpr size_t PaddedRows(size_t rows) { return BlocksOf(rows) * kBlockRows; }
constexpr size_t RowBitsBytes(size_t rows) { return BlocksOf(rows) * kBlockBytes; }

constexpr size_t ByteOf(uint32_t slot) { return slot / kBlockRows * kBlockBytes + slot % kBlockBytes; }
constexpr uint32_t BitOf(uint32_t slot) { return slot % kBlockRows / kBlockBytes; }

inline void SetRow(uint32_t slot, uint8_t* bits) { bits[ByteOf(slot)] |= static_cast<uint8_t>(1 << BitOf(slot)); }
// 0 or 1.
inline uint32_t HasRow(const uint8_t* bits, uint32_t slot) { return bits[ByteOf(slot)] >> BitOf(slot) & 1u; }

// Bit `bit` of 8 bytes, the first byte's lowest.
inline uint32_t GatherBit(const uint8_t* bytes, uint32_t bit) {
  uint64_t word = 0;
  for (size_t i = 0; i < 8; ++i) word |= uint64_t{bytes[i]} << (8 * i);  // one load where bytes are in that order
  // Each byte's bit moves to a place of its own in the highest byte; no two of these sums meet.
  return static_cast<uint32_t>(((word >> bit & 0x0101010101010101) * 0x0102040810204080) >> 56);
}

// Calls `visit(slot)` for each row below `end`, in order.
template <typename Visit>
void VisitRows(const uint8_t* bits, uint32_t end, Visit visit) {
  for (uint32_t first = 0; first < end; first += 8) {
    for (uint32_t set = GatherBit(bits + ByteOf(first), BitOf(first)); set != 0; set &= set - 1) {
      const uint32_t slot = first + static_cast<uint32_t>(std::countr_zero(set));
      if (slot >= end) return;
      visit(slot);
    }
  }
}

// The number of rows below `end`.
inline uint32_t CountRows(const uint8_t* bits, uint32_t end) {
  const uint32_t whole = end / kBlockRows * kBlockRows;
  uint32_t count = 0;
  for (size_t i = 0; i < RowBitsBytes(whole); ++i) count += static_cast<uint32_t>(std::popcount(bits[i]));
  for (uint32_t slot = whole; slot < end; ++slot) count += HasRow(bits, slot);
  return count;
}

}  // namespace attune

#endif  // ATTUNE_DATASET_ROW_BITS_H_

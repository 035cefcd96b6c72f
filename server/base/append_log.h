// An append-only sequence whose elements never move: one writer appends, any number of readers read what was published
// to them, and no one locks. The writer hands a reader the size up to which it may read (inside a snapshot, published
// through a SnapshotCell, which orders the memory); elements beyond a published size belong to the writer alone.
#ifndef ATTUNE_BASE_APPEND_LOG_H_
#define ATTUNE_BASE_APPEND_LOG_H_

#include <array>
#include <bit>
#include <cstddef>
#include <memory>

namespace attune {

// T is default-constructible. Chunks double in size, so the directory is small, fixed, and never moves either.
template <typename T>
class AppendLog {
 public:
  const T& operator[](size_t index) const { return Slot(index); }
  T& Mutable(size_t index) { return Slot(index); }

  // Writer only: makes room for elements up to `size`. New elements are as T() made them, or as an earlier attempt that
  // was not published left them: the writer overwrites them whole.
  void Reserve(size_t size) {
    while (capacity_ < size) {
      const size_t chunk = size_t{kFirst} << used_;
      chunks_[used_++] = std::make_unique<T[]>(chunk);
      capacity_ += chunk;
    }
  }

 private:
  static constexpr size_t kFirst = 64;  // elements of the first chunk

  T& Slot(size_t index) const {
    const size_t scaled = index / kFirst + 1;
    const size_t chunk = static_cast<size_t>(std::bit_width(scaled)) - 1;
    return chunks_[chunk][index - kFirst * ((size_t{1} << chunk) - 1)];
  }

  std::array<std::unique_ptr<T[]>, 42> chunks_;
  size_t used_ = 0;      // writer only
  size_t capacity_ = 0;  // writer only
};

}  // namespace attune

#endif  // ATTUNE_BASE_APPEND_LOG_H_

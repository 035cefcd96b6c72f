// An append-only sequence whose elements never move: one writer appends, any number of readers read what was published
// to them, and no one locks. The writer hands a reader the size up to which it may read (inside a snapshot, published
// through a SnapshotCell, which orders the memory); elements beyond a published size belong to the writer alone.
#ifndef ATTUNE_BASE_APPEND_LOG_H_
#define ATTUNE_BASE_APPEND_LOG_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <memory>

namespace attune {

// T is default-constructible. Chunks double in size, so the directory is small, fixed, and never moves either. What is
// not used yet of a chunk is not touched: making a chunk takes no time, and as a rule it is address space without
// memory.
template <typename T>
class AppendLog {
 public:
  AppendLog() = default;
  AppendLog(const AppendLog&) = delete;
  AppendLog& operator=(const AppendLog&) = delete;
  ~AppendLog() {
    for (size_t chunk = 0; chunk < used_; ++chunk) {
      std::destroy_n(chunks_[chunk], std::min(SizeOf(chunk), made_ - FirstOf(chunk)));
      std::allocator<T>().deallocate(chunks_[chunk], SizeOf(chunk));
    }
  }

  const T& operator[](size_t index) const { return Slot(index); }
  T& Mutable(size_t index) { return Slot(index); }

  // Writer only: makes the elements up to `size`. New elements are as T() made them, or as an earlier attempt that was
  // not published left them: the writer overwrites them whole.
  void Reserve(size_t size) {
    while (made_ < size) {
      if (made_ == FirstOf(used_)) {
        chunks_[used_] = std::allocator<T>().allocate(SizeOf(used_));
        ++used_;
      }
      const size_t more = std::min(size, FirstOf(used_)) - made_;
      std::uninitialized_value_construct_n(&Slot(made_), more);
      made_ += more;
    }
  }

 private:
  static constexpr size_t kFirst = 64;  // elements of the first chunk

  static constexpr size_t SizeOf(size_t chunk) { return kFirst << chunk; }
  static constexpr size_t FirstOf(size_t chunk) { return SizeOf(chunk) - kFirst; }  // index of its first element

  T& Slot(size_t index) const {
    const auto chunk = static_cast<size_t>(std::bit_width(index / kFirst + 1)) - 1;
    return chunks_[chunk][index - FirstOf(chunk)];
  }

  std::array<T*, 42> chunks_{};
  size_t used_ = 0;  // chunks; writer only
  size_t made_ = 0;  // elements; writer only
};

}  // namespace attune

#endif  // ATTUNE_BASE_APPEND_LOG_H_

// Gives memory that malloc keeps at hand back to the system once nobody has wanted it for a while: while a million rows
// are imported or merged they take several times what they need afterwards.
#ifndef ATTUNE_IDLE_MEMORY_H_
#define ATTUNE_IDLE_MEMORY_H_

#include <cstddef>
#include <functional>

namespace attune {

inline constexpr size_t kIdleBytesKept = size_t{16} << 20;      // for what comes next
inline constexpr size_t kMostBytesReleased = size_t{64} << 20;  // by one look, and the rest of a run of pages

// For one thread.
class IdleMemory {
 public:
  // `free`: the bytes that malloc has at hand. `release`: gives so many of them back, or some more.
  IdleMemory(std::function<size_t()> free, std::function<void(size_t)> release);

  // To be called about every second. Gives back what was free at the last call and still is, but for kIdleBytesKept.
  void Look();

 private:
  const std::function<size_t()> free_;
  const std::function<void(size_t)> release_;
  size_t free_before_ = 0;
};

// That of the allocator which the program is linked to; does nothing with one that cannot tell.
IdleMemory IdleMemoryOfAllocator();

// All that it has free, at once: for the end of a start, which takes more memory than serving does.
void ReleaseFreeMemory();

}  // namespace attune

#endif  // ATTUNE_IDLE_MEMORY_H_

#include "idle_memory.h"

#include <algorithm>
#include <utility>

// Of tcmalloc, as gperftools/malloc_extension_c.h declares them; weak, for builds without it.
extern "C" [[gnu::weak]] int MallocExtension_GetNumericProperty(const char* property, size_t* value);
extern "C" [[gnu::weak]] void MallocExtension_ReleaseToSystem(size_t bytes);

namespace attune {
namespace {

// tcmalloc holds a lock for as long as it gives back what it is told to.
constexpr size_t kBytesUnderLock = size_t{1} << 20;

size_t FreeBytes() {
  size_t bytes = 0;
  if (MallocExtension_GetNumericProperty == nullptr) return 0;
  return MallocExtension_GetNumericProperty("tcmalloc.pageheap_free_bytes", &bytes) != 0 ? bytes : 0;
}

void Release(size_t bytes) {
  if (MallocExtension_ReleaseToSystem == nullptr) return;
  for (size_t released = 0; released < bytes; released += kBytesUnderLock) {
    MallocExtension_ReleaseToSystem(std::min(kBytesUnderLock, bytes - released));
  }
}

}  // namespace

IdleMemory::IdleMemory(std::function<size_t()> free, std::function<void(size_t)> release)
    : free_(std::move(free)), release_(std::move(release)) {}

void IdleMemory::Look() {
  const size_t now = free_();
  const size_t idle = std::min(free_before_, now);
  if (idle > kIdleBytesKept) {
    release_(std::min(idle - kIdleBytesKept, kMostBytesReleased));
    free_before_ = free_();
  } else {
    free_before_ = now;
  }
}

IdleMemory IdleMemoryOfAllocator() { return IdleMemory(FreeBytes, Release); }

}  // namespace attune

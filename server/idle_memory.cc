#include "idle_memory.h"

#include <algorithm>
#include <utility>

// Of tcmalloc, as gperftools/malloc_extension_c.h declares them; weak, for builds without it.
extern "C" [[gnu::weak]] int MallocExtension_GetNumericProperty(const char* property, size_t* value);
extern "C" [[gnu::weak]] void MallocExtension_ReleaseToSystem(size_t bytes);
extern "C" [[gnu::weak]] void MallocExtension_ReleaseFreeMemory(void);

namespace attune {
namespace {

// tcmalloc gives back whole runs of free pages, holding a lock for as long as one call takes, and counts what it gave
// back too much against later calls. So it is told little at a time, until the bytes are gone.
constexpr size_t kBytesACall = size_t{1} << 20;

size_t FreeBytes() {
  size_t bytes = 0;
  if (MallocExtension_GetNumericProperty == nullptr) return 0;
  return MallocExtension_GetNumericProperty("tcmalloc.pageheap_free_bytes", &bytes) != 0 ? bytes : 0;
}

void Release(size_t bytes) {
  if (MallocExtension_ReleaseToSystem == nullptr) return;
  const size_t before = FreeBytes();
  for (size_t told = 0; told < bytes && before - std::min(before, FreeBytes()) < bytes; told += kBytesACall) {
    MallocExtension_ReleaseToSystem(kBytesACall);
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

void ReleaseFreeMemory() {
  if (MallocExtension_ReleaseFreeMemory != nullptr) MallocExtension_ReleaseFreeMemory();
}

}  // namespace attune

// With the allocator that the server has.
#include <gperftools/malloc_extension_c.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "idle_memory.h"

namespace attune {
namespace {

size_t Property(const char* name) {
  size_t value = 0;
  EXPECT_EQ(MallocExtension_GetNumericProperty(name, &value), 1) << name;
  return value;
}

TEST(IdleMemoryOfAllocator, GivesBackWhatIsFree) {
  constexpr size_t kBlocks = 200;
  constexpr size_t kBytes = size_t{1} << 20;
  std::vector<std::unique_ptr<char[]>> blocks;
  for (size_t i = 0; i < kBlocks; ++i) blocks.push_back(std::make_unique<char[]>(kBytes));
  const size_t given_back = Property("tcmalloc.pageheap_unmapped_bytes");
  blocks.clear();
  IdleMemory idle = IdleMemoryOfAllocator();
  for (size_t looks = 0; looks < 3 + kBlocks * kBytes / kMostBytesReleased; ++looks) idle.Look();
  EXPECT_GE(Property("tcmalloc.pageheap_unmapped_bytes"), given_back + kBlocks * kBytes - 2 * kIdleBytesKept);
  EXPECT_LE(Property("tcmalloc.pageheap_free_bytes"), 2 * kIdleBytesKept);
}

}  // namespace
}  // namespace attune

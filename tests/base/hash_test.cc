#include "base/hash.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

// Published test values of XXH3 (empty input): stored ids and canary sides depend on them never changing.
TEST(Hash, IsXxh3) {
  EXPECT_EQ(Hash64(""), 0x2D06800538D394C2ull);
  EXPECT_EQ(HashHex(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_NE(Hash64("a"), Hash64("a", 1));
}

}  // namespace
}  // namespace attune

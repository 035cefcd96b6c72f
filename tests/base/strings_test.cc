#include "base/strings.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(CutUtf8, CutsAtAWholeCharacter) {
  EXPECT_EQ(CutUtf8("abc", 3), "abc");
  EXPECT_EQ(CutUtf8("abc", 2), "ab");
  EXPECT_EQ(CutUtf8("a\xc3\xa4z", 2), "a");
  EXPECT_EQ(CutUtf8("a\xc3\xa4z", 3), "a\xc3\xa4");
  EXPECT_EQ(CutUtf8("\xf0\x9f\x8d\xb2", 3), "");
  EXPECT_EQ(CutUtf8("", 0), "");
}

}  // namespace
}  // namespace attune

#include "idle_memory.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

class IdleMemoryTest : public ::testing::Test {
 protected:
  // What one look gives back while so much is free.
  size_t Released(size_t free) {
    free_ = free;
    released_ = 0;
    idle_.Look();
    return released_;
  }

 private:
  size_t free_ = 0;
  size_t released_ = 0;
  IdleMemory idle_{[this] { return free_; },
                   [this](size_t bytes) {
                     released_ += bytes;
                     free_ -= bytes;
                   }};
};

TEST_F(IdleMemoryTest, GivesBackWhatWasFreeForAWhile) {
  EXPECT_EQ(Released(kIdleBytesKept + 10 * kMiB), 0u);  // just now
  EXPECT_EQ(Released(kIdleBytesKept + 10 * kMiB), 10 * kMiB);
  EXPECT_EQ(Released(kIdleBytesKept), 0u);
  EXPECT_EQ(Released(kIdleBytesKept), 0u);
}

TEST_F(IdleMemoryTest, LeavesWhatIsWantedAgain) {
  EXPECT_EQ(Released(kIdleBytesKept + 50 * kMiB), 0u);
  EXPECT_EQ(Released(kIdleBytesKept + 3 * kMiB), 3 * kMiB);  // the rest was wanted
  EXPECT_EQ(Released(0), 0u);
  EXPECT_EQ(Released(kIdleBytesKept + 50 * kMiB), 0u);
}

TEST_F(IdleMemoryTest, GivesBackALotInSteps) {
  const size_t lot = kIdleBytesKept + 3 * kMostBytesReleased / 2;
  EXPECT_EQ(Released(lot), 0u);
  EXPECT_EQ(Released(lot), kMostBytesReleased);
  EXPECT_EQ(Released(lot - kMostBytesReleased), kMostBytesReleased / 2);
}

}  // namespace
}  // namespace attune

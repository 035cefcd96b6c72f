#include "ask/sliding_window.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

constexpr absl::Duration kMinute = absl::Minutes(1);

SpanTime At(double minutes) { return SpanAt(absl::UnixEpoch() + minutes * kMinute, kMinute); }

TEST(SlidingWindowTest, ATimeHasItsSpanAndItsShareOfIt) {
  EXPECT_EQ(At(2.25).span, 2);
  EXPECT_DOUBLE_EQ(At(2.25).passed, 0.25);
  EXPECT_EQ(At(3).span, 3);
  EXPECT_DOUBLE_EQ(At(3).passed, 0);
}

TEST(SlidingWindowTest, WhatWasUsedSlidesOutEvenly) {
  SlidingWindow window;
  window.Add(At(10.5), {8, 100, 0});
  EXPECT_DOUBLE_EQ(window.Used(At(10.9), 0), 8);
  EXPECT_DOUBLE_EQ(window.Used(At(11), 0), 8);
  EXPECT_DOUBLE_EQ(window.Used(At(11.5), 1), 50);
  EXPECT_DOUBLE_EQ(window.Used(At(12), 0), 0);
  window.Add(At(11.5), {2, 0, 0});
  EXPECT_DOUBLE_EQ(window.Used(At(11.5), 0), 6);
  EXPECT_DOUBLE_EQ(window.Used(At(12.25), 0), 1.5);
  window.Add(At(20), {1, 0, 0});  // all before is long gone
  EXPECT_DOUBLE_EQ(window.Used(At(20), 0), 1);
}

TEST(SlidingWindowTest, ACorrectionGoesWhereItsAmountWas) {
  SlidingWindow window;
  window.Add(At(10), {1, 100, 50});
  window.Add(At(11), {1, 100, 50});
  window.Correct(10, {0, -60, 0});
  window.Correct(11, {0, -90, 25});
  EXPECT_DOUBLE_EQ(window.Used(At(11), 1), 40 + 10);
  EXPECT_DOUBLE_EQ(window.Used(At(11), 2), 50 + 75);
  window.Correct(9, {0, 1000, 0});    // gone
  window.Correct(11, {0, -9999, 0});  // never below nothing
  EXPECT_DOUBLE_EQ(window.Used(At(11.5), 1), 20);
}

TEST(SlidingWindowTest, TellsWhenThereIsRoomAgain) {
  SlidingWindow window;
  window.Add(At(10), {8, 0, 0});
  // In the span after, half of it has slid out at 11.5.
  EXPECT_EQ(window.Until(At(10.25), kMinute, 0, 8, 4), 1.25 * kMinute);
  EXPECT_EQ(window.Until(At(11.25), kMinute, 0, 8, 4), 0.25 * kMinute);
  EXPECT_EQ(window.Until(At(10.25), kMinute, 0, 8, 8), 1.75 * kMinute);
  EXPECT_EQ(window.Until(At(11.75), kMinute, 0, 8, 4), absl::ZeroDuration());
  const absl::Duration wait = window.Until(At(10.25), kMinute, 0, 8, 3);
  EXPECT_LE(window.Used(SpanAt(absl::UnixEpoch() + 10.25 * kMinute + wait, kMinute), 0) + 3, 8.0001);
}

TEST(SlidingWindowTest, AClockThatGoesBackLosesNothing) {
  SlidingWindow window;
  window.Add(At(10), {5, 0, 0});
  window.Add(At(9), {1, 0, 0});
  EXPECT_DOUBLE_EQ(window.Used(At(10), 0), 6);
  EXPECT_DOUBLE_EQ(window.Used(At(9), 0), 6);
  EXPECT_FALSE(window.StaleAt(11));
  EXPECT_TRUE(window.StaleAt(12));
}

}  // namespace
}  // namespace attune

#include "provider/latency_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace attune {
namespace {

TEST(LatencyWindowTest, APercentileIsOneOfTheTimes) {
  struct Case {
    int count;  // the times 1 ms, 2 ms, ... in an order of their own
    double percent;
    int expected;  // milliseconds
  };
  const std::vector<Case> cases = {
      {1, 0, 1},    {1, 50, 1},    {1, 100, 1},   {2, 50, 1},    {2, 51, 2},       {20, 95, 19},
      {20, 96, 20}, {100, 50, 50}, {100, 95, 95}, {100, 99, 99}, {100, 99.5, 100}, {200, 99.5, 199},
  };
  for (const Case& c : cases) {
    LatencyWindow window;
    for (int i = 0; i < c.count; ++i) window.Add(absl::Milliseconds((i * 7) % c.count + 1));
    EXPECT_EQ(window.Percentile(c.percent), absl::Milliseconds(c.expected)) << c.count << " at " << c.percent;
  }
}

TEST(LatencyWindowTest, KnowsNothingAtFirst) {
  const LatencyWindow window;
  EXPECT_EQ(window.size(), 0u);
  EXPECT_EQ(window.Percentile(95), absl::ZeroDuration());
}

TEST(LatencyWindowTest, ForgetsTheOldest) {
  LatencyWindow window;
  for (size_t i = 0; i < LatencyWindow::kSamples; ++i) window.Add(absl::Seconds(9));
  EXPECT_EQ(window.Percentile(1), absl::Seconds(9));
  for (size_t i = 0; i < LatencyWindow::kSamples; ++i) {
    EXPECT_EQ(window.Percentile(100), absl::Seconds(9)) << i;
    window.Add(absl::Seconds(1));
    EXPECT_EQ(window.size(), LatencyWindow::kSamples);
  }
  EXPECT_EQ(window.Percentile(100), absl::Seconds(1));
}

TEST(LatencyWindowTest, IsWhatSortingWouldGive) {
  std::mt19937 random(5);  // NOLINT: the same numbers each time
  LatencyWindow window;
  std::deque<int64_t> last;
  for (int i = 0; i < 2'000; ++i) {
    last.push_back(static_cast<int64_t>(random() % 50));
    window.Add(absl::Microseconds(last.back()));
    if (last.size() > LatencyWindow::kSamples) last.pop_front();
    std::vector<int64_t> sorted(last.begin(), last.end());
    std::sort(sorted.begin(), sorted.end());
    for (const size_t percent : {50, 90, 99}) {
      const size_t rank = (percent * sorted.size() + 99) / 100;
      ASSERT_EQ(window.Percentile(static_cast<double>(percent)), absl::Microseconds(sorted[rank - 1])) << i;
    }
  }
}

TEST(LatencyWindowTest, TakesTimesOutOfItsRange) {
  struct Case {
    absl::Duration time, kept;
  };
  const absl::Duration longest = absl::Microseconds(4'294'967'295);
  const std::vector<Case> cases = {{absl::Seconds(-1), absl::ZeroDuration()},  // a clock that was set back
                                   {-absl::InfiniteDuration(), absl::ZeroDuration()},
                                   {absl::Nanoseconds(999), absl::ZeroDuration()},
                                   {longest, longest},
                                   {absl::Hours(2), longest},
                                   {absl::InfiniteDuration(), longest}};
  for (const Case& c : cases) {
    LatencyWindow window;
    window.Add(c.time);
    EXPECT_EQ(window.Percentile(95), c.kept) << c.time;
  }
}

}  // namespace
}  // namespace attune

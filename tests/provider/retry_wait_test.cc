#include "provider/retry_wait.h"

#include <gtest/gtest.h>

#include "tests/provider/failures.h"

namespace attune {
namespace {

const absl::Duration kFirst = absl::Milliseconds(100);

struct Case {
  const char* name;
  absl::Status failure;
  int32_t attempt;
  absl::Duration remaining;
  double draw;
  std::optional<absl::Duration> wait;
};

TEST(RetryWaitTest, Table) {
  const absl::Duration ever = absl::InfiniteDuration();
  const std::vector<Case> cases = {
      {"half the bound", Unavailable(), 0, ever, 0.5, kFirst / 2},
      {"which doubles", Unavailable(), 2, ever, 0.5, kFirst * 2},
      {"up to the longest", Cut(), 6, ever, 0.5, absl::Milliseconds(500)},
      {"and does not overflow", Cut(), 900, ever, 0.5, absl::Milliseconds(500)},
      {"the last retry", Cut(), 999, ever, 0, absl::ZeroDuration()},
      {"no retry left", Cut(), 1'000, ever, 0, std::nullopt},
      {"a vendor that asks for a wait, and a draw on top of it", Limited("30s"), 0, ever, 0.5,
       absl::Seconds(30) + kFirst / 2},
      {"a short wait as well", Limited("1ms"), 0, ever, 0.5, absl::Milliseconds(1) + kFirst / 2},
      {"a vendor that asks for too much", Limited("61s"), 0, ever, 0.5, std::nullopt},
      {"what does not pass", Failure(absl::StatusCode::kInternal, "PROVIDER_GARBAGE"), 0, ever, 0.5, std::nullopt},
      {"time enough", Limited("30s"), 0, absl::Seconds(31), 0, absl::Seconds(30)},
      {"time not quite enough", Limited("30s"), 0, absl::Seconds(30), 0, std::nullopt},
      {"no time", Cut(), 0, absl::ZeroDuration(), 0, std::nullopt},
  };
  RetryPolicy policy;
  policy.retries = 1'000;
  policy.first = kFirst;
  policy.longest = absl::Seconds(1);
  for (const Case& c : cases)
    EXPECT_EQ(RetryWait(policy, c.failure, c.attempt, c.remaining, absl::InfiniteDuration(), c.draw), c.wait) << c.name;
}

TEST(RetryWaitTest, PatienceBoundsWhatTheVendorAsksFor) {
  const RetryPolicy policy;
  const absl::Duration ever = absl::InfiniteDuration();
  EXPECT_EQ(RetryWait(policy, Limited("2s"), 0, ever, absl::Seconds(2), 0), absl::Seconds(2));
  EXPECT_EQ(RetryWait(policy, Limited("3s"), 0, ever, absl::Seconds(2), 0), std::nullopt);
  EXPECT_EQ(RetryWait(policy, Unavailable(), 0, ever, absl::ZeroDuration(), 0), absl::ZeroDuration());
}

}  // namespace
}  // namespace attune

// Retries with a request id: once recorded, however often it is sent.
#include <thread>

#include "tests/improve/feedback_desk.h"

namespace attune {
namespace {

void ExpectReused(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(ErrorReason(status), "REQUEST_ID_REUSED");
  EXPECT_EQ(BadFieldOf(status), "request_id");
}

TEST(FeedbackRetry, GetsTheFirstAnswer) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  const auto first = desk.book.Record(Thumb("int-1", v1::UP, "r-1"));
  ASSERT_TRUE(first.ok()) << first.status();
  desk.clock.Advance(absl::Hours(1));
  const auto again = desk.book.Record(Thumb("int-1", v1::UP, "r-1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 1u);
}

TEST(FeedbackRetry, WithoutARequestIdIsSaidTwice) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  ASSERT_TRUE(desk.book.Record(Thumb("int-1")).ok());
  desk.clock.Advance(absl::Microseconds(1));
  ASSERT_TRUE(desk.book.Record(Thumb("int-1")).ok());
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 2u);
}

TEST(FeedbackRetry, WithOtherFeedbackIsRefused) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  ASSERT_TRUE(desk.book.Record(Thumb("int-1", v1::UP, "r-1")).ok());
  ExpectReused(desk.book.Record(Thumb("int-1", v1::DOWN, "r-1")).status());
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 1u);
}

TEST(FeedbackRetry, OnAnotherInteractionIsRefused) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  desk.Answered("int-2");
  ASSERT_TRUE(desk.book.Record(Thumb("int-1", v1::UP, "r-1")).ok());
  ExpectReused(desk.book.Record(Thumb("int-2", v1::UP, "r-1")).status());
  EXPECT_THAT(desk.FeedbackOf("int-2"), testing::IsEmpty());
}

// Retries at the same time: each sees a clock of its own, so that what they would write differs.
TEST(FeedbackRetry, AtTheSameTimeIsRecordedOnce) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  constexpr int kRounds = 50;
  constexpr int kRetries = 4;
  for (int round = 0; round < kRounds; ++round) {
    const std::string request_id = StrCat("r-", round);
    std::vector<absl::StatusOr<v1::RecordFeedbackResponse>> answers(kRetries, absl::UnknownError("not yet"));
    std::vector<std::thread> callers;
    for (int i = 0; i < kRetries; ++i) {
      callers.emplace_back([&, i] {
        const FakeClock clock(absl::FromUnixSeconds(1'800'000'000 + i));
        FeedbackBook book(desk.store, desk.queue, clock);
        answers[i] = book.Record(Thumb("int-1", v1::UP, request_id));
      });
    }
    for (std::thread& caller : callers) caller.join();
    for (const auto& answer : answers) {
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->SerializeAsString(), answers[0]->SerializeAsString());
    }
    ASSERT_EQ(desk.FeedbackOf("int-1").size(), static_cast<size_t>(round + 1));
  }
}

}  // namespace
}  // namespace attune

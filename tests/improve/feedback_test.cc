#include <cmath>
#include <limits>

#include "tests/improve/feedback_desk.h"

namespace attune {
namespace {

TEST(Feedback, IsReadableAtOnceAsItWasGiven) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  v1::RecordFeedbackRequest request;
  request.set_interaction_id("int-1");
  request.mutable_feedback()->set_score(0.25);
  request.mutable_feedback()->set_thumb(v1::DOWN);
  request.mutable_feedback()->set_correction("two years");
  request.mutable_feedback()->set_comment("it is in the manual");
  request.mutable_feedback()->set_author("ada");
  const auto recorded = desk.book.Record(request);
  ASSERT_TRUE(recorded.ok()) << recorded.status();

  const auto found = desk.FeedbackOf("int-1");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].SerializeAsString(), recorded->feedback().SerializeAsString());
  EXPECT_EQ(found[0].score(), 0.25);
  EXPECT_EQ(found[0].thumb(), v1::DOWN);
  EXPECT_EQ(found[0].correction(), "two years");
  EXPECT_EQ(found[0].comment(), "it is in the manual");
  EXPECT_EQ(found[0].author(), "ada");
  EXPECT_EQ(found[0].create_time_us(), absl::ToUnixMicros(desk.clock.Now()));
  EXPECT_FALSE(found[0].id().empty());
}

TEST(Feedback, WhatIsOutputOnlyIsTheServersToSay) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  v1::RecordFeedbackRequest request = Thumb("int-1");
  request.mutable_feedback()->set_id("mine");
  request.mutable_feedback()->set_create_time_us(7);
  ASSERT_TRUE(desk.book.Record(request).ok());
  const auto found = desk.FeedbackOf("int-1");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].id(), "mine");
  EXPECT_EQ(found[0].create_time_us(), absl::ToUnixMicros(desk.clock.Now()));
}

TEST(Feedback, OfOneInteractionComesOldestFirstAndStaysApartFromOthers) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  desk.Answered("int-2");
  for (const v1::Thumb thumb : {v1::UP, v1::DOWN, v1::UP}) {
    ASSERT_TRUE(desk.book.Record(Thumb("int-1", thumb)).ok());
    desk.clock.Advance(absl::Seconds(1));
  }
  ASSERT_TRUE(desk.book.Record(Thumb("int-2", v1::DOWN)).ok());
  const auto found = desk.FeedbackOf("int-1");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].thumb(), v1::UP);
  EXPECT_EQ(found[1].thumb(), v1::DOWN);
  EXPECT_EQ(found[2].thumb(), v1::UP);
  EXPECT_LT(found[0].create_time_us(), found[1].create_time_us());
  EXPECT_EQ(desk.FeedbackOf("int-2").size(), 1u);
}

TEST(Feedback, OnAnUnknownInteractionIsNotFound) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  for (const std::string id : {"int-9", ""}) {
    const absl::Status status = desk.book.Record(Thumb(id)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << id;
    EXPECT_EQ(ErrorReason(status), "INTERACTION_NOT_FOUND");
    EXPECT_EQ(ErrorMetadata(status, "interaction"), id);
    EXPECT_THAT(*desk.store.ListFeedback(id), testing::IsEmpty());
  }
}

struct BadFeedback {
  const char* what;
  void (*spoil)(v1::RecordFeedbackRequest&);
  const char* reason;
  const char* field;
};

const BadFeedback kBadFeedback[] = {
    {"nothing said", [](auto& r) { r.clear_feedback(); }, "EMPTY_FEEDBACK", "feedback"},
    {"only an author", [](auto& r) { r.mutable_feedback()->Clear(), r.mutable_feedback()->set_author("ada"); },
     "EMPTY_FEEDBACK", "feedback"},
    {"below 0", [](auto& r) { r.mutable_feedback()->set_score(-0.01); }, "BAD_SCORE", "feedback.score"},
    {"above 1", [](auto& r) { r.mutable_feedback()->set_score(1.01); }, "BAD_SCORE", "feedback.score"},
    {"not a number", [](auto& r) { r.mutable_feedback()->set_score(std::nan("")); }, "BAD_SCORE", "feedback.score"},
    {"infinite", [](auto& r) { r.mutable_feedback()->set_score(std::numeric_limits<double>::infinity()); }, "BAD_SCORE",
     "feedback.score"},
    {"no such thumb", [](auto& r) { r.mutable_feedback()->set_thumb(static_cast<v1::Thumb>(9)); }, "BAD_SCORE",
     "feedback.thumb"},
    {"long correction",
     [](auto& r) { r.mutable_feedback()->set_correction(std::string(kMaxFeedbackTextBytes + 1, 'x')); }, "TOO_LARGE",
     "feedback.correction"},
    {"long comment", [](auto& r) { r.mutable_feedback()->set_comment(std::string(kMaxFeedbackTextBytes + 1, 'x')); },
     "TOO_LARGE", "feedback.comment"},
    {"long author", [](auto& r) { r.mutable_feedback()->set_author(std::string(kMaxAuthorBytes + 1, 'x')); },
     "TOO_LARGE", "feedback.author"},
    {"long request id", [](auto& r) { r.set_request_id(std::string(129, 'x')); }, "TOO_LARGE", "request_id"},
};

TEST(Feedback, ThatIsWrongNamesItsFieldAndChangesNothing) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  for (const BadFeedback& bad : kBadFeedback) {
    v1::RecordFeedbackRequest request = Thumb("int-1");
    bad.spoil(request);
    const absl::Status status = desk.book.Record(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.what << ": " << status;
    EXPECT_EQ(ErrorReason(status), bad.reason) << bad.what;
    EXPECT_EQ(BadFieldOf(status), bad.field) << bad.what;
  }
  ASSERT_TRUE(desk.book.Record(Thumb("int-1")).ok());
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 1u);  // only the good one
}

TEST(Feedback, AtItsLimitsIsTaken) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  v1::RecordFeedbackRequest request = Thumb("int-1");
  request.mutable_feedback()->set_correction(std::string(kMaxFeedbackTextBytes, 'x'));
  request.mutable_feedback()->set_comment(std::string(kMaxFeedbackTextBytes, 'x'));
  request.mutable_feedback()->set_author(std::string(kMaxAuthorBytes, 'x'));
  request.set_request_id(std::string(128, 'x'));
  for (const double score : {0.0, 1.0}) {
    request.mutable_feedback()->set_score(score);
    request.mutable_request_id()->back() = score == 0 ? '0' : '1';
    EXPECT_TRUE(desk.book.Record(request).ok()) << score;
  }
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 2u);
}

TEST(Feedback, AScoreOfZeroAloneIsFeedback) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  v1::RecordFeedbackRequest request;
  request.set_interaction_id("int-1");
  request.mutable_feedback()->set_score(0);
  ASSERT_TRUE(desk.book.Record(request).ok());
  EXPECT_TRUE(desk.FeedbackOf("int-1").at(0).has_score());
}

}  // namespace
}  // namespace attune

#include "provider/retry_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/provider/embed_wire.h"
#include "tests/provider/failures.h"

namespace attune {
namespace {

class RetryEmbedderTest : public testing::Test {
 protected:
  // Plays the failures one after the other, then answers.
  EmbeddingsOr Call(std::vector<absl::Status> failures, absl::Duration within = absl::Hours(1)) {
    calls_ = 0;
    auto vendor = std::make_unique<FakeEmbedder>([this, failures](const EmbedRequest& request) -> EmbeddingsOr {
      if (calls_++ < failures.size()) return failures[calls_ - 1];
      return FakeEmbedder::AnswerFor(request, 4);
    });
    RetryEmbedder embedder(std::move(vendor), RetryPolicy(), clock_, sleeper_, jitter_);
    EmbedRequest request = EmbedTexts({"a"});
    request.deadline = clock_.Now() + within;
    return Embed(pool_, embedder, request);
  }

  IoPool pool_{1};
  FakeClock clock_;
  FakeSleeper sleeper_{clock_};
  Jitter jitter_{7};
  size_t calls_ = 0;
};

TEST_F(RetryEmbedderTest, AsksAgainAfterWhatMayPass) {
  for (const absl::Status& failure : {Unavailable(), Cut(), Limited("1s")}) {
    const EmbeddingsOr answer = Call({failure});
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->attempts, 2);
    EXPECT_EQ(answer->vectors.size(), 1u);
  }
  EXPECT_EQ(sleeper_.sleeps().size(), 3u);
}

TEST_F(RetryEmbedderTest, AsksOnceAfterWhatDoesNot) {
  for (const absl::Status& failure :
       {Failure(absl::StatusCode::kInternal, "PROVIDER_GARBAGE"), absl::CancelledError("c"),
        Failure(absl::StatusCode::kInvalidArgument, "EMPTY_TEXT")}) {
    EXPECT_EQ(Call({failure}).status(), failure);
    EXPECT_EQ(calls_, 1u);
  }
}

TEST_F(RetryEmbedderTest, GivesUpAfterTheLastRetryAndSaysHowOftenItTried) {
  const EmbeddingsOr answer = Call({Cut(), Cut(), Unavailable(), Cut()});
  EXPECT_EQ(calls_, 3u);
  EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(AttemptsOf(answer), 3);
}

TEST_F(RetryEmbedderTest, NeverWaitsPastTheDeadline) {
  EXPECT_EQ(ErrorReason(Call({Limited("30s")}, absl::Seconds(30)).status()), "PROVIDER_RATE_LIMIT");
  EXPECT_EQ(calls_, 1u);
  EXPECT_THAT(sleeper_.sleeps(), testing::IsEmpty());
  EXPECT_TRUE(Call({Limited("30s")}, absl::Seconds(31)).ok());
  EXPECT_THAT(sleeper_.sleeps(),
              testing::ElementsAre(testing::AllOf(testing::Ge(absl::Seconds(30)), testing::Lt(absl::Seconds(31)))));
}

TEST_F(RetryEmbedderTest, ACallerWhoLeavesDuringTheWaitEndsIt) {
  sleeper_.result = absl::CancelledError("gone");
  EXPECT_EQ(Call({Unavailable()}).status(), absl::CancelledError("gone"));
  EXPECT_EQ(calls_, 1u);
}

}  // namespace
}  // namespace attune

// What the background embedding tells of itself, and what it never asks for again.
#include <future>

#include "tests/manage/backfill_house.h"

namespace attune {
namespace {

TEST_F(BackfillTest, CountsTheTokensThatItTakes) {
  Teach("a", "lost card");
  Choose("fake/m");
  Start();
  ASSERT_TRUE(UntilEmbedded(1));
  AnswerWith([](const EmbedRequest& request) {
    Embeddings answer = FakeEmbedder::AnswerFor(request, 4);
    answer.usage.input_tokens = 70;
    return answer;
  });
  Teach("b", "new pin");
  ASSERT_TRUE(UntilEmbedded(2));
  EXPECT_EQ(backfill_->counters().tokens, 71);
  AnswerWith([](const EmbedRequest& request) {
    Embeddings answer = FakeEmbedder::AnswerFor(request, 4);
    answer.usage = {.reported = false, .input_tokens = 9};
    return answer;
  });
  Teach("c", "old pin");
  ASSERT_TRUE(UntilEmbedded(3));
  EXPECT_EQ(backfill_->counters().tokens, 71) << "what a provider did not tell is not known";
}

TEST_F(BackfillTest, SaysWhenItWarmsAndWhenAllIsThere) {
  Teach("a", "lost card");
  Choose("fake/m");
  std::vector<bool> told;
  const auto watch = [&] {
    backfill_->Watch([&](bool warming) {
      const std::lock_guard lock(mutex_);
      told.push_back(warming);
    });
  };
  const auto now = [&] {
    const std::lock_guard lock(mutex_);
    return told;
  };
  std::promise<void> held;
  const std::shared_future<void> open = held.get_future().share();
  for (int worker = 0; worker < 2; ++worker) ASSERT_TRUE(workers_.Post([open] { open.wait(); }).ok());
  Start();
  watch();
  ASSERT_TRUE(Until([&] { return now() == std::vector<bool>{true}; }));
  held.set_value();
  ASSERT_TRUE(UntilEmbedded(1));
  ASSERT_TRUE(Until([&] { return now() == std::vector<bool>({true, false}); }));
  Teach("b", "new pin");
  ASSERT_TRUE(UntilEmbedded(2));
  EXPECT_EQ(now().size(), 2U) << "an update is no start";
}

// Why no vector is ever deleted: a version keeps its rows and its settings for ever, so each vector that was made for
// one is what a rollback, or an alias, to it needs.
TEST_F(BackfillTest, ARollbackToAnyVersionAsksForNothing) {
  Teach("a", "lost card");
  Choose("fake/m");
  Start();
  ASSERT_TRUE(UntilEmbedded(1));
  Teach("b", "new pin");
  ASSERT_TRUE(UntilEmbedded(2));
  ASSERT_TRUE(shelf_.Update(DeleteRequest("faq", "a")).ok());
  Choose("fake/other");
  ASSERT_TRUE(UntilEmbedded(1));
  const size_t asked = Asked().size();
  EXPECT_EQ(asked, 3U);
  for (const int64_t version : {3, 2, 4}) {
    v1::RollbackDatasetRequest request;
    request.set_dataset("faq");
    request.set_version(version);
    ASSERT_TRUE(shelf_.Rollback(request).ok());
    backfill_->Wake();
    ASSERT_TRUE(UntilEmbedded(Get().train_examples())) << version;
    EXPECT_EQ(Get().settings().embedding().model(), "fake/m");
    Restart();
    ASSERT_TRUE(UntilEmbedded(Get().train_examples())) << version;
  }
  EXPECT_EQ(Asked().size(), asked);
}

}  // namespace
}  // namespace attune

#include "tests/improve/feedback_desk.h"

namespace attune {
namespace {

// Ids of all pages, in order; every page but the last has `size`.
std::vector<std::string> Walk(InteractionReader& reader, InteractionFilter filter, size_t size) {
  std::vector<std::string> ids;
  filter.limit = size;
  do {
    std::string next;
    const auto page = reader.List(filter, next);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) break;
    for (const v1::Interaction& interaction : page->interactions()) ids.push_back(interaction.id());
    if (!next.empty()) {
      EXPECT_EQ(page->interactions_size(), static_cast<int>(size));
    }
    filter.before_id = next;
  } while (!filter.before_id.empty());
  return ids;
}

class Interactions : public testing::Test {
 protected:
  Interactions() {
    desk_.Answered("int-1", "faq");
    desk_.Answered("int-2", "tone");
    desk_.Answered("int-3", "faq", absl::UnavailableError("the provider is down"));
    desk_.Answered("int-4", "tone");
    EXPECT_TRUE(desk_.queue.Flush(absl::Seconds(20)).ok());
    EXPECT_TRUE(desk_.book.Record(Thumb("int-1", v1::DOWN)).ok());
    EXPECT_TRUE(desk_.book.Record(Thumb("int-4", v1::UP)).ok());
  }
  FeedbackDesk desk_;
};

TEST_F(Interactions, AreReadWithTheirFeedback) {
  const auto interaction = desk_.reader.Get("int-1");
  ASSERT_TRUE(interaction.ok()) << interaction.status();
  EXPECT_EQ(interaction->text(), "one year");
  EXPECT_EQ(interaction->request().input(), "how long is the warranty?");
  ASSERT_EQ(interaction->feedback_size(), 1);
  EXPECT_EQ(interaction->feedback(0).thumb(), v1::DOWN);
}

TEST_F(Interactions, ThatWereJustAnsweredAreReadAtOnce) {
  desk_.Answered("int-5", "faq");
  EXPECT_TRUE(desk_.reader.Get("int-5").ok());
  desk_.Answered("int-6", "faq");
  std::string next;
  const auto page = desk_.reader.List({.limit = 1}, next);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->interactions(0).id(), "int-6");
}

TEST_F(Interactions, ThatTheStoreDoesNotTakeAreNotSaidToBeUnknown) {
  desk_.store.FailWrites(DiskFull());
  desk_.Answered("int-5", "faq");
  EXPECT_EQ(ErrorReason(desk_.reader.Get("int-5").status()), "STORE_UNAVAILABLE");
  EXPECT_EQ(Walk(desk_.reader, {}, 10).size(), 4u) << "what was written can still be read";
}

TEST_F(Interactions, ThatAreUnknownAreNotFound) {
  const absl::Status status = desk_.reader.Get("int-9").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorReason(status), "INTERACTION_NOT_FOUND");
  EXPECT_EQ(ErrorMetadata(status, "interaction"), "int-9");
}

TEST_F(Interactions, ComeNewestFirstInPagesOfAnySize) {
  for (const size_t size : {1, 2, 3, 4, 5}) {
    EXPECT_THAT(Walk(desk_.reader, {}, size), testing::ElementsAre("int-4", "int-3", "int-2", "int-1")) << size;
  }
}

TEST_F(Interactions, CarryFeedbackInListsToo) {
  std::string next;
  const auto page = desk_.reader.List({}, next);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(next.empty());
  ASSERT_EQ(page->interactions_size(), 4);
  EXPECT_EQ(page->interactions(0).feedback_size(), 1);
  EXPECT_EQ(page->interactions(1).feedback_size(), 0);
}

TEST_F(Interactions, AreFiltered) {
  EXPECT_THAT(Walk(desk_.reader, {.prompt = "faq"}, 1), testing::ElementsAre("int-3", "int-1"));
  EXPECT_THAT(Walk(desk_.reader, {.with_feedback = true}, 1), testing::ElementsAre("int-4", "int-1"));
  EXPECT_THAT(Walk(desk_.reader, {.failed = true}, 1), testing::ElementsAre("int-3"));
  EXPECT_THAT(Walk(desk_.reader, {.prompt = "tone", .failed = true}, 1), testing::IsEmpty());
}

TEST_F(Interactions, ThatAreDamagedAreSaid) {
  ASSERT_TRUE(desk_.store.AppendInteractions(std::vector<InteractionRecord>{{.id = "int-5", .payload = "\xff"}}).ok());
  std::string next;
  for (const absl::Status& status : {desk_.reader.Get("int-5").status(), desk_.reader.List({}, next).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ErrorReason(status), "STORE_CORRUPT");
    EXPECT_EQ(ErrorMetadata(status, "interaction"), "int-5");
  }
}

}  // namespace
}  // namespace attune

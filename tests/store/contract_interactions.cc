#include "tests/store/store_contract.h"

namespace attune {
namespace {

TEST_P(StoreContract, InteractionsComeBackAsTheyWent) {
  const InteractionRecord record{"01-a", 1'700'000'000'000'001, "faq/support", 14, AllBytes()};
  ASSERT_TRUE(store().AppendInteractions({{record, {"01-b", -1, "", 0, ""}}}).ok());
  const auto found = store().GetInteraction("01-a");
  ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
  EXPECT_EQ((*found)->id, record.id);
  EXPECT_EQ((*found)->time_us, record.time_us);
  EXPECT_EQ((*found)->prompt, record.prompt);
  EXPECT_EQ((*found)->status_code, record.status_code);
  EXPECT_EQ((*found)->payload, record.payload);
  const auto empty = store().GetInteraction("01-b");
  ASSERT_TRUE(empty.ok() && empty->has_value()) << empty.status();
  EXPECT_EQ((*empty)->time_us, -1);
  EXPECT_EQ((*empty)->payload, "");
}

TEST_P(StoreContract, AnInteractionThatIsNotThereIsNoError) {
  const auto found = store().GetInteraction("nobody");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_FALSE(found->has_value());
}

TEST_P(StoreContract, AnInteractionKeepsItsFirstRecord) {
  ASSERT_TRUE(store().AppendInteractions({{{"i", 1, "faq", 0, "first"}}}).ok());
  ASSERT_TRUE(store().AppendInteractions({{{"h", 1, "faq", 0, "new"}, {"i", 2, "other", 5, "second"}}}).ok());
  EXPECT_EQ((*store().GetInteraction("i"))->payload, "first");
  EXPECT_EQ(Interactions({}), "i h");
  EXPECT_EQ(Interactions({.prompt = "other"}), "");
  EXPECT_EQ(Interactions({.failed = true}), "");
}

// Whatever part of the call is one statement.
TEST_P(StoreContract, KeepsTheFirstRecordOfEachIdWithinOneCall) {
  ASSERT_TRUE(store().AppendInteractions({}).ok());
  for (const int ids : {1, 7, 15, 16, 17, 40}) {
    std::vector<InteractionRecord> records;
    for (int i = 0; i < 100; ++i) records.push_back({StrCat("of", ids, "-", 100 + i % ids), i, "faq", 0, StrCat(i)});
    ASSERT_TRUE(store().AppendInteractions(records).ok());
    for (int i = 0; i < ids; ++i) {
      const auto found = store().GetInteraction(records[static_cast<size_t>(i)].id);
      ASSERT_TRUE(found.ok() && found->has_value()) << ids << " " << i << " " << found.status();
      EXPECT_EQ((*found)->payload, StrCat(i)) << ids;
    }
  }
}

TEST_P(StoreContract, ListsInteractionsNewestFirstWhateverTheOrderTheyCameIn) {
  ASSERT_TRUE(store().AppendInteractions({{{"b", 2, "", 0, ""}, {"d", 4, "", 0, ""}, {"a", 1, "", 0, ""}}}).ok());
  ASSERT_TRUE(store().AppendInteractions({{{"c", 3, "", 0, ""}}}).ok());
  EXPECT_EQ(Interactions({}), "d c b a");
  EXPECT_EQ(Interactions({.before_id = "c"}), "b a");
  EXPECT_EQ(Interactions({.before_id = "bb"}), "b a");
  EXPECT_EQ(Interactions({.before_id = "a"}), "");
  EXPECT_EQ(Interactions({.limit = 2}), "d c");
  EXPECT_EQ(Interactions({.before_id = "d", .limit = 1}), "c");
  EXPECT_EQ(Interactions({.limit = 0}), "");
}

TEST_P(StoreContract, FiltersInteractions) {
  ASSERT_TRUE(store()
                  .AppendInteractions({{{"1", 1, "faq", 0, ""},
                                        {"2", 2, "faq", 14, ""},
                                        {"3", 3, "chat", 0, ""},
                                        {"4", 4, "chat", 4, ""},
                                        {"5", 5, "faq", 0, ""},
                                        {"6", 6, "faq", 4, ""}}})
                  .ok());
  for (const std::string id : {"1", "2", "4", "6"}) {
    ASSERT_TRUE(store().AppendFeedback({"x" + id, id, 1, ""}).ok());
    ASSERT_TRUE(store().AppendFeedback({"y" + id, id, 2, ""}).ok());
  }
  ASSERT_TRUE(store().AppendFeedback({"stray", "0", 1, ""}).ok());
  EXPECT_EQ(Interactions({.prompt = "faq"}), "6 5 2 1");
  EXPECT_EQ(Interactions({.prompt = "nobody"}), "");
  EXPECT_EQ(Interactions({.failed = true}), "6 4 2");
  EXPECT_EQ(Interactions({.with_feedback = true}), "6 4 2 1");
  EXPECT_EQ(Interactions({.prompt = "faq", .failed = true}), "6 2");
  EXPECT_EQ(Interactions({.prompt = "faq", .with_feedback = true}), "6 2 1");
  EXPECT_EQ(Interactions({.with_feedback = true, .failed = true}), "6 4 2");
  EXPECT_EQ(Interactions({.prompt = "faq", .with_feedback = true, .failed = true}), "6 2");
  EXPECT_EQ(Interactions({.prompt = "faq", .before_id = "6"}), "5 2 1");
  EXPECT_EQ(Interactions({.with_feedback = true, .before_id = "4", .limit = 1}), "2");
  EXPECT_EQ(Interactions({.prompt = "faq", .with_feedback = true, .failed = true, .before_id = "6"}), "2");
}

TEST_P(StoreContract, PagesThroughAllInteractionsOnce) {
  std::vector<InteractionRecord> records;
  for (int i = 0; i < 1000; ++i) records.push_back({StrCat("id", 1000 + i), i, "faq", 0, StrCat(i)});
  ASSERT_TRUE(store().AppendInteractions(records).ok());
  std::vector<std::string> seen;
  InteractionFilter filter{.limit = 7};
  while (true) {
    const auto page = store().ListInteractions(filter);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->empty()) break;
    for (const InteractionRecord& record : *page) seen.push_back(record.id);
    filter.before_id = seen.back();
  }
  ASSERT_EQ(seen.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], StrCat("id", 1999 - i));
}

TEST_P(StoreContract, NoListIsLongerThanItsLimit) {
  std::vector<InteractionRecord> records;
  for (size_t i = 0; i < kMaxListRows + 5; ++i) records.push_back({StrCat("id", 100'000 + i), 0, "", 0, ""});
  ASSERT_TRUE(store().AppendInteractions(records).ok());
  EXPECT_EQ(store().ListInteractions({.limit = static_cast<size_t>(-1)})->size(), kMaxListRows);
}

TEST_P(StoreContract, AListOfLargeInteractionsEndsEarly) {
  const std::string large(kMaxListBytes / 2, 'x');
  ASSERT_TRUE(store().AppendInteractions({{{"a", 1, "", 0, large}, {"b", 2, "", 0, large}}}).ok());
  ASSERT_TRUE(store().AppendInteractions({{{"c", 3, "", 0, large}, {"d", 4, "", 0, "small"}}}).ok());
  EXPECT_EQ(Interactions({}), "d c b");
  EXPECT_EQ(Interactions({.before_id = "b"}), "a");
}

TEST_P(StoreContract, FeedbackIsListedOldestFirst) {
  ASSERT_TRUE(store().AppendFeedback({"z", "i", 5, AllBytes()}).ok());
  ASSERT_TRUE(store().AppendFeedback({"m", "i", 5, "same time, later"}).ok());
  ASSERT_TRUE(store().AppendFeedback({"a", "i", 9, ""}).ok());
  ASSERT_TRUE(store().AppendFeedback({"b", "i", 1, ""}).ok());
  ASSERT_TRUE(store().AppendFeedback({"c", "j", 2, ""}).ok());
  EXPECT_EQ(Ids(store().ListFeedback("i")), "b z m a");
  EXPECT_EQ(Ids(store().ListFeedback("nobody")), "");
  const std::vector<FeedbackRecord> given = *store().ListFeedback("i");
  EXPECT_EQ(given[1].payload, AllBytes());
  EXPECT_EQ(given[1].interaction_id, "i");
  EXPECT_EQ(given[1].time_us, 5);
}

TEST_P(StoreContract, FeedbackSentTwiceIsThereOnce) {
  ASSERT_TRUE(store().AppendFeedback({"f", "i", 1, "good"}).ok());
  EXPECT_TRUE(store().AppendFeedback({"f", "i", 2, "good"}).ok());
  const absl::Status status = store().AppendFeedback({"f", "i", 1, "bad"});
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_EQ(ErrorReason(status), "FEEDBACK_EXISTS");
  EXPECT_EQ(ErrorReason(store().AppendFeedback({"f", "other", 1, "good"})), "FEEDBACK_EXISTS");
  EXPECT_EQ(Ids(store().ListFeedback("other")), "");
  const std::vector<FeedbackRecord> given = *store().ListFeedback("i");
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].payload, "good");
  EXPECT_EQ(given[0].time_us, 1);
}

TEST_P(StoreContract, LargeInteractionsAndFeedbackComeBackWhole) {
  const std::string large(10'000'000, '\xff');
  ASSERT_TRUE(store().AppendInteractions({{{"i", 1, "faq", 0, large}}}).ok());
  ASSERT_TRUE(store().AppendFeedback({"f", "i", 1, large}).ok());
  EXPECT_TRUE((*store().GetInteraction("i"))->payload == large);
  EXPECT_TRUE(store().ListFeedback("i")->front().payload == large);
}

}  // namespace
}  // namespace attune

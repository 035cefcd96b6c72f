#include "tests/store/store_contract.h"

namespace attune {
namespace {

TEST_P(StoreContract, SaysWhatItIs) { EXPECT_NE(store().Describe(), ""); }

TEST_P(StoreContract, LogIsEmptyAtFirst) { EXPECT_EQ(Log(), ""); }

TEST_P(StoreContract, ReplaysTheLogInOrderFromWhereItIsAsked) {
  ASSERT_TRUE(store().AppendCatalog({{1, "a"}}).ok());
  ASSERT_TRUE(store().AppendCatalog({{2, "b"}, {3, "c"}}).ok());
  EXPECT_EQ(Log(), "1:a 2:b 3:c");
  EXPECT_EQ(Log(2), "3:c");
  EXPECT_EQ(Log(3), "");
  EXPECT_EQ(Log(99), "");
  EXPECT_EQ(Log(-5), "1:a 2:b 3:c");
}

TEST_P(StoreContract, AppendingNothingToTheLogIsFine) {
  EXPECT_TRUE(store().AppendCatalog({}).ok());
  EXPECT_EQ(Log(), "");
}

TEST_P(StoreContract, RefusesAGapInTheLogAndKeepsNothingOfTheBatch) {
  ASSERT_TRUE(store().AppendCatalog({{1, "a"}}).ok());
  const std::vector<std::vector<LogRecord>> bad = {{{1, "again"}},         {{3, "gap"}},
                                                   {{0, "zero"}},          {{-1, "negative"}},
                                                   {{2, "b"}, {4, "gap"}}, {{2, "b"}, {2, "twice"}}};
  for (const std::vector<LogRecord>& records : bad) {
    const absl::Status status = store().AppendCatalog(records);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_EQ(ErrorReason(status), "REVISION_GAP");
    EXPECT_EQ(Log(), "1:a");
  }
  EXPECT_TRUE(store().AppendCatalog({{2, "b"}}).ok());
  EXPECT_EQ(Log(), "1:a 2:b");
}

TEST_P(StoreContract, FirstRevisionIsOne) {
  EXPECT_EQ(ErrorReason(store().AppendCatalog({{2, "b"}})), "REVISION_GAP");
  EXPECT_EQ(Log(), "");
}

TEST_P(StoreContract, AVisitorsErrorEndsTheReplay) {
  ASSERT_TRUE(store().AppendCatalog({{1, "a"}, {2, "b"}, {3, "c"}}).ok());
  int visits = 0;
  const absl::Status status = store().ReplayCatalog(
      0, [&](const LogRecord&) { return ++visits == 2 ? absl::CancelledError("enough") : absl::OkStatus(); });
  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(visits, 2);
}

TEST_P(StoreContract, AVisitorMayCallTheStore) {
  ASSERT_TRUE(store().AppendCatalog({{1, "a"}}).ok());
  ASSERT_TRUE(store()
                  .ReplayCatalog(0,
                                 [&](const LogRecord& record) {
                                   return record.revision == 1 ? store().AppendCatalog({{2, "b"}}) : absl::OkStatus();
                                 })
                  .ok());
  EXPECT_EQ(Log(), "1:a 2:b");
}

TEST_P(StoreContract, ReplaysALogOfManyChunks) {
  std::vector<LogRecord> records;
  for (int64_t revision = 1; revision <= 5000; ++revision) records.push_back({revision, StrCat("payload ", revision)});
  ASSERT_TRUE(store().AppendCatalog(records).ok());
  int64_t expected = 0;
  ASSERT_TRUE(store()
                  .ReplayCatalog(0,
                                 [&](const LogRecord& record) {
                                   EXPECT_EQ(record.revision, ++expected);
                                   EXPECT_EQ(record.payload, StrCat("payload ", expected));
                                   return absl::OkStatus();
                                 })
                  .ok());
  EXPECT_EQ(expected, 5000);
}

TEST_P(StoreContract, PayloadsOfTheLogAreOpaqueBytesOfAnySize) {
  const std::string large(10'000'000, 'x');
  ASSERT_TRUE(store().AppendCatalog({{1, ""}, {2, AllBytes()}, {3, large}, {4, "end"}}).ok());
  std::vector<std::string> payloads;
  ASSERT_TRUE(store()
                  .ReplayCatalog(0,
                                 [&](const LogRecord& record) {
                                   payloads.push_back(record.payload);
                                   return absl::OkStatus();
                                 })
                  .ok());
  ASSERT_EQ(payloads.size(), 4u);
  EXPECT_EQ(payloads[0], "");
  EXPECT_EQ(payloads[1], AllBytes());
  EXPECT_TRUE(payloads[2] == large);
  EXPECT_EQ(payloads[3], "end");
}

TEST_P(StoreContract, ReopeningKeepsEverything) {
  ASSERT_TRUE(store().AppendCatalog({{1, "a"}, {2, "b"}}).ok());
  ASSERT_TRUE(store().AppendInteractions({{{"i1", 1, "faq", 0, "p"}}}).ok());
  ASSERT_TRUE(store().AppendFeedback({"f1", "i1", 2, "good"}).ok());
  ASSERT_TRUE(store().PutEvaluation({"e1", 3, 1, "running"}).ok());
  ASSERT_TRUE(store().AppendResults("e1", 0, {"r0", "r1"}).ok());
  Reopen();
  EXPECT_EQ(Log(), "1:a 2:b");
  EXPECT_EQ(Interactions({}), "i1");
  EXPECT_EQ(Ids(store().ListFeedback("i1")), "f1");
  EXPECT_EQ(Ids(store().ListEvaluations("", 10)), "e1");
  EXPECT_THAT(*store().ListResults("e1", 0, 10), testing::ElementsAre("r0", "r1"));
  EXPECT_EQ(ErrorReason(store().AppendCatalog({{2, "again"}})), "REVISION_GAP");
  EXPECT_TRUE(store().AppendCatalog({{3, "c"}}).ok());
  EXPECT_EQ(Log(), "1:a 2:b 3:c");
}

}  // namespace
}  // namespace attune

#include "tests/store/store_contract.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContract, AnEvaluationIsReplaced) {
  ASSERT_TRUE(store().PutEvaluation({"e", 7, 1, "running"}).ok());
  ASSERT_TRUE(store().PutEvaluation({"other", 8, 1, ""}).ok());
  ASSERT_TRUE(store().PutEvaluation({"e", 7, 2, AllBytes()}).ok());
  const auto found = store().GetEvaluation("e");
  ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
  EXPECT_EQ((*found)->id, "e");
  EXPECT_EQ((*found)->time_us, 7);
  EXPECT_EQ((*found)->state, 2);
  EXPECT_EQ((*found)->payload, AllBytes());
  EXPECT_EQ(Ids(store().ListEvaluations("", 10)), "other e");
}

TEST_P(StoreContract, AnEvaluationThatIsNotThereIsNoError) {
  const auto found = store().GetEvaluation("nobody");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_FALSE(found->has_value());
}

TEST_P(StoreContract, ListsEvaluationsNewestFirst) {
  ASSERT_TRUE(store().PutEvaluation({"m", 2, 1, ""}).ok());
  ASSERT_TRUE(store().PutEvaluation({"z", 1, 1, ""}).ok());
  ASSERT_TRUE(store().PutEvaluation({"a", 3, 1, ""}).ok());
  ASSERT_TRUE(store().PutEvaluation({"b", 3, 1, ""}).ok());
  EXPECT_EQ(Ids(store().ListEvaluations("", 10)), "b a m z");
  EXPECT_EQ(Ids(store().ListEvaluations("", 2)), "b a");
  EXPECT_EQ(Ids(store().ListEvaluations("", 0)), "");
  EXPECT_EQ(Ids(store().ListEvaluations("b", 10)), "a m z");
  EXPECT_EQ(Ids(store().ListEvaluations("a", 1)), "m");
  EXPECT_EQ(Ids(store().ListEvaluations("z", 10)), "");
  EXPECT_EQ(Ids(store().ListEvaluations("nobody", 10)), "");
}

TEST_P(StoreContract, ResultsAreKeptByNumber) {
  ASSERT_TRUE(store().AppendResults("e", 0, {"a", "", AllBytes()}).ok());
  ASSERT_TRUE(store().AppendResults("e", 3, {"d"}).ok());
  ASSERT_TRUE(store().AppendResults("f", 0, {"other"}).ok());
  ASSERT_TRUE(store().AppendResults("e", 4, {}).ok());
  EXPECT_THAT(*store().ListResults("e", 0, 10), ElementsAre("a", "", AllBytes(), "d"));
  EXPECT_THAT(*store().ListResults("e", 2, 10), ElementsAre(AllBytes(), "d"));
  EXPECT_THAT(*store().ListResults("e", 0, 2), ElementsAre("a", ""));
  EXPECT_THAT(*store().ListResults("e", 4, 10), IsEmpty());
  EXPECT_THAT(*store().ListResults("nobody", 0, 10), IsEmpty());
}

TEST_P(StoreContract, WritingAResultAgainReplacesIt) {
  ASSERT_TRUE(store().AppendResults("e", 0, {"a", "b", "c"}).ok());
  ASSERT_TRUE(store().AppendResults("e", 1, {"B"}).ok());
  EXPECT_THAT(*store().ListResults("e", 0, 10), ElementsAre("a", "B", "c"));
}

TEST_P(StoreContract, ListingResultsEndsAtTheFirstThatIsMissing) {
  ASSERT_TRUE(store().AppendResults("e", 0, {"a", "b"}).ok());
  ASSERT_TRUE(store().AppendResults("e", 3, {"d"}).ok());
  EXPECT_THAT(*store().ListResults("e", 0, 10), ElementsAre("a", "b"));
  EXPECT_THAT(*store().ListResults("e", 2, 10), IsEmpty());
  EXPECT_THAT(*store().ListResults("e", 3, 10), ElementsAre("d"));
}

TEST_P(StoreContract, ResultsAreNumberedFromZero) {
  EXPECT_EQ(ErrorReason(store().AppendResults("e", -1, {"a"})), "BAD_RESULT_NUMBER");
  EXPECT_EQ(ErrorReason(store().AppendResults("e", std::numeric_limits<int64_t>::max(), {"a", "b"})),
            "BAD_RESULT_NUMBER");
  EXPECT_THAT(*store().ListResults("e", 0, 10), IsEmpty());
}

}  // namespace
}  // namespace attune

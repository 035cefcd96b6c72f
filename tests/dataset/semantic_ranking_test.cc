#include "dataset/semantic_ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "dataset/dot_product.h"
#include "dataset/vector_shelf.h"
#include "tests/dataset/embedded_set.h"

namespace attune {
namespace {

constexpr size_t kRows = 400;

// Texts of few words, so that both rankings have many rows and many ties; every tenth is TEST.
DatasetPtr ManyExamples() {
  DatasetDelta delta;
  for (size_t i = 0; i < kRows; ++i) {
    Example example = MakeExample(StrCat("e", i), StrCat("card ", i % 7 == 0 ? "fee " : "", "number ", i * 31 % 97));
    if (i % 10 == 9) example.split = Split::kTest;
    delta.upserts.push_back(Share(std::move(example)));
  }
  return ApplyNext(Dataset::Empty("faq"), delta);
}

class SemanticRankingTest : public testing::Test {
 protected:
  std::vector<FoundExample> Search(Strategy strategy, const std::string& question, size_t limit) const {
    const std::vector<float> vector = ExactVector(question);
    const SemanticQuery query = {.index = index_.get(), .question = vector};
    return *SearchByMeaning({dataset_, 1}, strategy, question, &query, limit);
  }
  // The ids of the TRAIN examples by the cosine of their vectors, all of them looked at.
  std::vector<std::string> Nearest(const std::string& question) const {
    std::vector<std::pair<double, std::string>> all;
    const std::vector<float> vector = ExactVector(question);
    DatasetView(dataset_, 1).Visit(0, [&](uint64_t, ExampleView example) {
      const std::vector<float> other = ExactVector(example.input());
      if (example.split() == Split::kTrain) {
        all.emplace_back(-DotProduct(vector.data(), other.data(), vector.size()), std::string(example.id()));
      }
      return true;
    });
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> ids;
    for (const auto& [distance, id] : all) ids.push_back(id);
    return ids;
  }

  const DatasetPtr dataset_ = ManyExamples();
  const IndexPtr index_ = EmbedRows(VectorIndex::Empty(kExactDimensions), dataset_);
};

TEST_F(SemanticRankingTest, SemanticIsTheOrderOfTheCosines) {
  for (const char* question : {"card 5", "fee", "number 12"}) {
    const std::vector<std::string> expected = Nearest(question);
    for (const size_t limit : {size_t{1}, size_t{30}, kRows}) {
      const auto found = Search(Strategy::kSemantic, question, limit);
      ASSERT_EQ(found.size(), std::min(limit, expected.size()));
      for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].example.example.id(), expected[i]);
        EXPECT_EQ(found[i].example.rank, static_cast<int32_t>(i));
        EXPECT_EQ(found[i].semantic.rank, static_cast<int32_t>(i + 1));
        EXPECT_EQ(found[i].semantic.score, found[i].example.score);
        EXPECT_EQ(found[i].lexical.rank, 0);
      }
    }
  }
}

// As its parts say, which are those of the two searches by themselves.
TEST_F(SemanticRankingTest, HybridIsTheSumOfItsParts) {
  const std::string question = "fee number 12";
  std::vector<std::string> semantic = Nearest(question), lexical;
  semantic.resize(kFusedPlaces);
  for (const ScoredExample& one : DatasetView(dataset_, 1).Search(question, kFusedPlaces, [](ExampleView example) {
         return example.split() == Split::kTrain;
       })) {
    lexical.emplace_back(one.example.id());
  }
  const auto rank_in = [](const std::vector<std::string>& list, const std::string& id) {
    const auto found = std::find(list.begin(), list.end(), id);
    return found == list.end() ? 0 : static_cast<int32_t>(found - list.begin()) + 1;
  };
  size_t by_one_alone = 0;
  for (const size_t limit : {10, 50}) {
    double before = 1;
    const auto found = Search(Strategy::kHybrid, question, limit);
    ASSERT_EQ(found.size(), limit);
    for (const FoundExample& one : found) {
      const std::string id(one.example.example.id());
      EXPECT_EQ(one.lexical.rank, rank_in(lexical, id)) << id;
      EXPECT_EQ(one.semantic.rank, rank_in(semantic, id)) << id;
      double score = 0;
      for (const RankPart& part : {one.lexical, one.semantic}) score += part.rank > 0 ? 1 / (60.0 + part.rank) : 0;
      EXPECT_DOUBLE_EQ(one.example.score, score) << id;
      EXPECT_LE(one.example.score, before);
      before = one.example.score;
      by_one_alone += one.lexical.rank == 0 || one.semantic.rank == 0;
    }
  }
  EXPECT_GT(by_one_alone, 0U) << "the test shows nothing of rows that one list has";
}

TEST_F(SemanticRankingTest, IsWhatASelectionWithoutDiversityShows) {
  const std::string question = "card fee 5";
  const std::vector<float> vector = ExactVector(question);
  const SemanticQuery query = {.index = index_.get(), .question = vector};
  for (const Strategy strategy : {Strategy::kSemantic, Strategy::kHybrid}) {
    SelectionPolicy policy;
    policy.strategy = strategy;
    policy.diversity = 0;
    policy.order = ExampleOrder::kBestFirst;
    const Selection shown = *SelectExamples({dataset_, 1}, policy, question, nullptr, &query);
    const auto found = Search(strategy, question, shown.examples.size());
    ASSERT_EQ(found.size(), 4U);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].example.example, shown.examples[i].example);
      EXPECT_EQ(found[i].example.score, shown.examples[i].score);
      EXPECT_EQ(found[i].example.coverage, shown.examples[i].coverage);
    }
  }
}

TEST_F(SemanticRankingTest, FailsWithoutVectorsAndFindsNothingInNothing) {
  const auto without = SearchByMeaning({dataset_, 1}, Strategy::kSemantic, "fee", nullptr, 5);
  EXPECT_EQ(ErrorReason(without.status()), "EMBEDDINGS_MISSING");
  EXPECT_TRUE(SearchByMeaning({dataset_, 0}, Strategy::kSemantic, "fee", nullptr, 5)->empty());
  EXPECT_TRUE(SearchByMeaning({}, Strategy::kHybrid, "fee", nullptr, 5)->empty());
}

TEST(VectorShelf, WarmsUntilAllIsReadAndLinked) {
  const auto shelf_with = [](std::shared_ptr<const VectorIndex> index, VectorState state) {
    auto vectors = std::make_shared<DatasetVectors>();
    vectors->index = std::move(index);
    vectors->state = state;
    return VectorShelf().With({"faq", {.model = "m"}}, vectors);
  };
  EXPECT_THAT(VectorShelf().WarmingDatasets(), testing::IsEmpty());
  const auto loading = shelf_with(nullptr, VectorState::kLoading);
  EXPECT_THAT(loading->WarmingDatasets(), testing::ElementsAre("faq"));
  EXPECT_THAT(loading->With({"faq", {.model = "n"}}, loading->Find({"faq", {.model = "m"}}))->WarmingDatasets(),
              testing::ElementsAre("faq"))
      << "named once";
  std::vector<VectorIndex::Added> added;
  for (uint32_t row = 0; row < kExactVectors + kVectorsPerMerge; ++row) {
    added.push_back({row, ExactVector(StrCat("text ", row))});
  }
  auto index = *VectorIndex::Add(VectorIndex::Empty(kExactDimensions), added);
  const auto unlinked = shelf_with(index, VectorState::kEmbedded);
  EXPECT_THAT(unlinked->WarmingDatasets(), testing::ElementsAre("faq"));
  EXPECT_EQ(unlinked->Find({"faq", {.model = "m"}})->ToLink(), static_cast<int64_t>(added.size()));
  while (index->NeedsMerge()) index = VectorIndex::Install(index, *VectorIndex::Merge(index));
  const auto linked = shelf_with(index, VectorState::kEmbedded);
  EXPECT_THAT(linked->WarmingDatasets(), testing::IsEmpty());
  EXPECT_EQ(linked->Find({"faq", {.model = "m"}})->ToLink(), 0);
}

}  // namespace
}  // namespace attune

#include "dataset/semantic_selection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "tests/dataset/embedded_set.h"

namespace attune {
namespace {

// Examples whose vectors are at these degrees from that of the question, all in one plane.
using Degrees = std::map<std::string, double, std::less<>>;

std::vector<float> AtDegrees(double degrees) {
  const double angle = degrees * std::acos(-1) / 180;
  return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

class Semantic : public testing::Test {
 protected:
  void Make(const std::vector<Example>& examples, const Degrees& degrees) {
    dataset_ = DatasetOf(examples);
    index_ = EmbedRows(VectorIndex::Empty(2), dataset_, nullptr,
                       [&](ExampleView example) { return AtDegrees(degrees.find(std::string(example.id()))->second); });
  }

  SemanticQuery Query() const { return {index_.get(), question_}; }

  absl::StatusOr<Selection> TrySelect(const SelectionPolicy& policy, const SemanticQuery* query,
                                      std::string_view question = "lost card") const {
    return SelectExamples({dataset_, dataset_->latest()}, policy, question, nullptr, query);
  }

  Selection Select(const SelectionPolicy& policy, const Exclusion* exclusion = nullptr,
                   std::string_view question = "lost card") const {
    const SemanticQuery query = Query();
    auto selection = SelectExamples({dataset_, dataset_->latest()}, policy, question, exclusion, &query);
    EXPECT_TRUE(selection.ok()) << selection.status();
    return selection.ok() ? *std::move(selection) : Selection();
  }

  DatasetPtr dataset_;
  IndexPtr index_;
  std::vector<float> question_ = AtDegrees(0);
};

SelectionPolicy PolicyOf(Strategy strategy, double diversity = 0) {
  SelectionPolicy policy;
  policy.strategy = strategy;
  policy.diversity = diversity;
  policy.order = ExampleOrder::kBestFirst;
  return policy;
}

Example Labelled(std::string id, std::string input, std::vector<std::string> labels) {
  Example example = MakeExample(std::move(id), std::move(input));
  example.labels = std::move(labels);
  return example;
}

Example Held(std::string id, std::string input) {
  Example example = MakeExample(std::move(id), std::move(input));
  example.split = Split::kTest;
  return example;
}

// "a:0.87:0.87 b:..": id, score, coverage.
std::string Show(const Selection& selection) {
  std::string text;
  char numbers[64];
  for (const ScoredExample& chosen : selection.examples) {
    std::snprintf(numbers, sizeof(numbers), ":%.2f:%.2f", chosen.score, chosen.coverage);
    StrAppend(&text, text.empty() ? "" : " ", std::string_view(chosen.example.id()), numbers);
  }
  return text;
}

std::string IdsOf(const Selection& selection) {
  std::string ids;
  for (const ScoredExample& chosen : selection.examples) ids += chosen.example.id();
  return ids;
}

// The texts have nothing to do with the question's; a and b, c and d are near each other.
std::vector<Example> Cards() {
  return {Labelled("a", "one two", {"x"}),     Labelled("b", "three four", {"x"}), Held("t", "five six"),
          Labelled("c", "seven eight", {"y"}), MakeExample("d", "nine ten"),       MakeExample("e", "eleven twelve")};
}
const Degrees kCards = {{"a", 10}, {"b", 12}, {"t", 0}, {"c", -40}, {"d", -45}, {"e", 120}};

struct SemanticCase {
  const char* name;
  std::function<void(SelectionPolicy&)> change;
  const char* shown;
};

TEST_F(Semantic, FollowsItsPolicy) {
  Make(Cards(), kCards);
  const SemanticCase cases[] = {
      {"nearest first", [](SelectionPolicy&) {}, "a:0.98:0.98 b:0.98:0.98 c:0.77:0.77 d:0.71:0.71"},
      {"all", [](SelectionPolicy& p) { p.k = 9; }, "a:0.98:0.98 b:0.98:0.98 c:0.77:0.77 d:0.71:0.71 e:-0.50:0.00"},
      {"none", [](SelectionPolicy& p) { p.k = 0; }, ""},
      {"best last", [](SelectionPolicy& p) { p.order = ExampleOrder::kBestLast; },
       "d:0.71:0.71 c:0.77:0.77 b:0.98:0.98 a:0.98:0.98"},
      {"near ones", [](SelectionPolicy& p) { p.min_coverage = 0.75; }, "a:0.98:0.98 b:0.98:0.98 c:0.77:0.77"},
      {"none is near enough", [](SelectionPolicy& p) { p.min_coverage = 0.99; }, ""},
      {"one a label", [](SelectionPolicy& p) { p.max_per_label = 1; },
       "a:0.98:0.98 c:0.77:0.77 d:0.71:0.71 e:-0.50:0.00"},
      {"what is alike by its vector is passed over",
       [](SelectionPolicy& p) {
         p.diversity = 0.4;
         p.k = 2;
       },
       "a:0.98:0.98 c:0.77:0.77"},
  };
  for (const SemanticCase& test : cases) {
    SelectionPolicy policy = PolicyOf(Strategy::kSemantic);
    test.change(policy);
    const Selection selection = Select(policy);
    EXPECT_EQ(Show(selection), test.shown) << test.name;
    EXPECT_NEAR(selection.coverage, std::cos(std::acos(-1) / 18), 1e-6) << test.name;
    EXPECT_FALSE(selection.fell_back);
  }
}

// Without a vector, what is alike is told by the signatures.
TEST_F(Semantic, ComparesCandidatesByTheirTextsWhereVectorsLack) {
  Make({MakeExample("a", "where is my new card"), MakeExample("b", "where is my new card"),
        MakeExample("c", "card of refunds abroad")},
       {{"a", 0}, {"b", 90}, {"c", 10}});
  index_ = EmbedRows(
      VectorIndex::Empty(2), dataset_, [](const Row& row) { return row.example.id() == "b"; },
      [](ExampleView example) { return AtDegrees(example.id() == "a" ? 0 : 60); });
  SemanticQuery query = Query();
  query.may_lack = 1;
  SelectionPolicy policy = PolicyOf(Strategy::kHybrid, 0.5);
  policy.k = 2;
  EXPECT_EQ(IdsOf(*TrySelect(policy, &query, "where is my new card")), "ac");
  policy.diversity = 0;
  EXPECT_EQ(IdsOf(*TrySelect(policy, &query, "where is my new card")), "ac");  // c is in both lists
  policy.strategy = Strategy::kSemantic;
  policy.k = 3;
  EXPECT_EQ(IdsOf(*TrySelect(policy, &query)), "ac");  // b is not found
}

TEST_F(Semantic, LeavesOutTheCaseAndItsDuplicates) {
  Make(Cards(), kCards);
  const Exclusion by_id = {.input = "other", .id = "a"}, by_input = {.input = "One  TWO!"};
  for (const Strategy strategy : {Strategy::kSemantic, Strategy::kHybrid}) {
    EXPECT_EQ(IdsOf(Select(PolicyOf(strategy), &by_id)), "bcde");
    EXPECT_EQ(IdsOf(Select(PolicyOf(strategy), &by_input, "one two")), "bcde");
    EXPECT_LT(Select(PolicyOf(strategy), &by_input, "one two").coverage, 0.98);
  }
}

// a is first by its vector, b by its words; c is second in both lists.
TEST_F(Semantic, HybridPrefersWhatBothFind) {
  Make({MakeExample("a", "one two"), MakeExample("b", "my lost card"), MakeExample("c", "my card again today"),
        MakeExample("d", "nothing")},
       {{"a", 10}, {"b", 175}, {"c", 30}, {"d", 170}});
  const Selection selection = Select(PolicyOf(Strategy::kHybrid), nullptr, "my lost card");
  EXPECT_EQ(IdsOf(selection), "cbad");
  EXPECT_NEAR(selection.examples[0].score, 2.0 / 62, 1e-9);             // second twice
  EXPECT_NEAR(selection.examples[1].score, 1.0 / 61 + 1.0 / 64, 1e-9);  // first and fourth
  EXPECT_NEAR(selection.examples[2].score, 1.0 / 61, 1e-9);
  EXPECT_EQ(selection.examples[1].coverage, 1);  // the words are the question's
  EXPECT_NEAR(selection.examples[2].coverage, 0.985, 1e-3);
  EXPECT_EQ(selection.examples[3].coverage, 0);
  EXPECT_EQ(selection.coverage, 1);
  SelectionPolicy near = PolicyOf(Strategy::kHybrid);
  near.min_coverage = 0.98;
  EXPECT_EQ(IdsOf(Select(near, nullptr, "my lost card")), "ba");
}

// MMR looks at the first 20 of the fused list only.
TEST_F(Semantic, HybridCutsItsCandidates) {
  std::vector<Example> examples;
  Degrees degrees;
  for (int i = 0; i < 30; ++i) {
    examples.push_back(MakeExample(StrCat("e", i), "one two"));
    degrees[examples.back().id] = 3 * i;
  }
  Make(examples, degrees);
  SelectionPolicy policy = PolicyOf(Strategy::kHybrid, 1);
  policy.k = 2;
  EXPECT_EQ(IdsOf(Select(policy)), "e0e19");
}

struct MissingCase {
  const char* name;
  SemanticQuery query;
  const char* embedded;
};

TEST_F(Semantic, WithoutVectorsFailsOrFallsBack) {
  Make(Cards(), kCards);
  const IndexPtr part = EmbedRows(
      VectorIndex::Empty(2), dataset_, [](const Row& row) { return row.example.id() < "c"; },
      [](ExampleView) { return AtDegrees(0); });
  const IndexPtr empty = VectorIndex::Empty(2);
  const std::vector<float> other = {1, 0, 0}, longer = {2, 0};
  const MissingCase cases[] = {
      {"no index", {nullptr, question_}, "0"},         {"an empty index", {empty.get(), question_}, "0"},
      {"a part", {part.get(), question_}, "3"},        {"more than may lack", {part.get(), question_, 1}, "3"},
      {"no question", {index_.get(), {}}, "5"},        {"another model's question", {index_.get(), other}, "5"},
      {"no unit vector", {index_.get(), longer}, "5"},
  };
  for (const MissingCase& test : cases) {
    for (const Strategy strategy : {Strategy::kSemantic, Strategy::kHybrid}) {
      SelectionPolicy policy = PolicyOf(strategy);
      const absl::Status status = TrySelect(policy, &test.query).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << test.name;
      EXPECT_EQ(ErrorReason(status), "EMBEDDINGS_MISSING") << test.name;
      EXPECT_EQ(ErrorMetadata(status, "embedded"), test.embedded) << test.name;
      EXPECT_EQ(ErrorMetadata(status, "examples"), "5") << test.name;
      EXPECT_EQ(ErrorMetadata(status, "dataset"), "faq");
      EXPECT_EQ(ErrorMetadata(status, "version"), "1");
      policy.fallback_to_lexical = true;
      const auto fallen = TrySelect(policy, &test.query, "seven eight nine");
      ASSERT_TRUE(fallen.ok()) << fallen.status();
      EXPECT_TRUE(fallen->fell_back) << test.name;
      EXPECT_EQ(Show(*fallen), Show(*TrySelect(PolicyOf(Strategy::kLexical), nullptr, "seven eight nine")));
      EXPECT_FALSE(fallen->examples.empty());
    }
  }
  EXPECT_EQ(ErrorReason(TrySelect(PolicyOf(Strategy::kSemantic), nullptr).status()), "EMBEDDINGS_MISSING");
  const SemanticQuery enough = {part.get(), question_, 2};
  EXPECT_EQ(IdsOf(*TrySelect(PolicyOf(Strategy::kSemantic), &enough)), "cde");
}

TEST_F(Semantic, OnlyVisibleTrainExamplesNeedVectors) {
  Make(Cards(), kCards);
  const auto skip = [](const Row& row) { return row.example.id() == "a" || !row.train; };
  const IndexPtr part = EmbedRows(VectorIndex::Empty(2), dataset_, skip, [](ExampleView) { return AtDegrees(0); });
  const SemanticQuery query = {part.get(), question_};
  EXPECT_FALSE(CheckVectors({dataset_, 1}, &query).ok());
  dataset_ = ApplyNext(dataset_, {.deletes = {"a"}});
  EXPECT_FALSE(CheckVectors({dataset_, 1}, &query).ok());
  EXPECT_TRUE(CheckVectors({dataset_, 2}, &query).ok());
  dataset_ = ApplyNext(dataset_, {.upserts = {Share(MakeExample("f", "new"))}});
  EXPECT_TRUE(CheckVectors({dataset_, 2}, &query).ok());
  EXPECT_FALSE(CheckVectors({dataset_, 3}, &query).ok());
}

TEST_F(Semantic, NothingLacksWhereThereAreNoExamples) {
  const DatasetPtr held = DatasetOf({Held("t", "lost card")});
  for (const DatasetView& view : {DatasetView(), DatasetView(Dataset::Empty("faq"), 0), DatasetView(held, 1)}) {
    for (const Strategy strategy : {Strategy::kSemantic, Strategy::kHybrid}) {
      const auto selection = SelectExamples(view, PolicyOf(strategy), "lost card", nullptr);
      ASSERT_TRUE(selection.ok()) << selection.status();
      EXPECT_TRUE(selection->examples.empty());
      EXPECT_FALSE(selection->fell_back);
    }
  }
}

}  // namespace
}  // namespace attune

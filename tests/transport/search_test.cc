// SearchExamples by words, by meaning and by both, through the server: what is found, what explains it, and what is
// said where the vectors are missing.
#include "provider/hash_embedding.h"
#include "tests/transport/served_house.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kModel[] = "builtin/hash-embedding";
constexpr int kDimensions = 64;

class SearchTest : public testing::Test {
 protected:
  SearchTest() {
    house_.Teach("card", "my card is lost", "Call us.");
    house_.Teach("fee", "why is there a fee", "It is in the list.");
    house_.Teach("pin", "the number of the card is wrong", "Ask for another one.");
  }

  void Choose() {
    v1::UpdateDatasetRequest request;
    request.mutable_settings()->mutable_embedding()->set_model(kModel);
    request.mutable_settings()->mutable_embedding()->set_dimensions(kDimensions);
    Update(request);
  }
  void Update(const v1::UpdateDatasetRequest& request) {
    grpc::ClientContext context;
    v1::UpdateDatasetResponse response;
    const grpc::Status status = house_.attune->UpdateDataset(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  // Puts vectors of the latest version's examples on the shelf, at most so many.
  void EmbedExamples(size_t most = 100, int32_t dimensions = kDimensions) {
    const DatasetPtr dataset = house_.catalog_cell.Get()->datasets.find("default")->second->dataset;
    std::vector<VectorIndex::Added> added;
    DatasetView(dataset, dataset->latest()).Visit(0, [&](uint64_t row, ExampleView example) {
      if (example.split() == Split::kTrain && added.size() < most) {
        added.push_back({static_cast<uint32_t>(row), HashEmbedding(example.input(), dimensions)});
      }
      return true;
    });
    auto vectors = std::make_shared<DatasetVectors>();
    vectors->index = *VectorIndex::Add(VectorIndex::Empty(static_cast<uint32_t>(dimensions)), added);
    vectors->state = VectorState::kEmbedded;
    house_.vectors.Set(VectorShelf().With({"default", {.model = kModel, .dimensions = kDimensions}}, vectors));
  }

  grpc::Status Search(v1::SearchExamplesRequest request) {
    grpc::ClientContext context;
    return house_.catalog->SearchExamples(&context, request, &found_);
  }
  static v1::SearchExamplesRequest Query(const std::string& query, v1::Strategy strategy, bool explain = false) {
    v1::SearchExamplesRequest request;
    request.set_query(query);
    request.set_strategy(strategy);
    request.set_explain(explain);
    return request;
  }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const v1::ScoredExample& one : found_.examples()) ids.push_back(one.example().id());
    return ids;
  }

  ServedHouse house_;
  v1::SearchExamplesResponse found_;
};

TEST_F(SearchTest, MeaningFindsWhatSharesNoWholeWord) {
  Choose();
  EmbedExamples();
  ASSERT_TRUE(Search(Query("fees", v1::SEMANTIC)).ok());
  ASSERT_EQ(found_.examples_size(), 3) << "meaning knows a distance to every example";
  EXPECT_EQ(Ids().front(), "fee");
  EXPECT_EQ(found_.version(), 4);
  EXPECT_FALSE(found_.examples(0).has_semantic()) << "was not to explain";
  v1::SearchExamplesRequest two = Query("lost card", v1::SEMANTIC, true);
  two.set_limit(2);
  ASSERT_TRUE(Search(two).ok());
  EXPECT_THAT(Ids(), ElementsAre("card", "pin"));
  for (int i = 0; i < 2; ++i) {
    const v1::ScoredExample& one = found_.examples(i);
    EXPECT_EQ(one.semantic().rank(), i + 1);
    EXPECT_EQ(one.semantic().score(), one.score());
    EXPECT_FALSE(one.has_lexical());
    EXPECT_EQ(one.words_size(), 0);
  }
}

TEST_F(SearchTest, HybridTellsBothPartsThatItsScoreIsMadeOf) {
  Choose();
  EmbedExamples();
  ASSERT_TRUE(Search(Query("lost card", v1::HYBRID, true)).ok());
  ASSERT_EQ(found_.examples_size(), 3);
  for (const v1::ScoredExample& one : found_.examples()) {
    double score = 1 / (60.0 + one.semantic().rank());
    if (one.has_lexical()) score += 1 / (60.0 + one.lexical().rank());
    EXPECT_DOUBLE_EQ(one.score(), score) << one.example().id();
    EXPECT_EQ(one.has_lexical(), one.words_size() > 0);
  }
  EXPECT_EQ(Ids().front(), "card");
  EXPECT_EQ(found_.examples(0).lexical().rank(), 1);
  EXPECT_EQ(found_.examples(0).semantic().rank(), 1);
  EXPECT_FALSE(found_.examples(2).has_lexical()) << "the fee has no word of it";
}

TEST_F(SearchTest, WordsNeedNoVectorsAndAreTheDefault) {
  for (const v1::Strategy strategy : {v1::STRATEGY_UNSPECIFIED, v1::LEXICAL}) {
    ASSERT_TRUE(Search(Query("lost card", strategy, true)).ok());
    EXPECT_THAT(Ids(), ElementsAre("card", "pin"));
    EXPECT_EQ(found_.examples(1).lexical().rank(), 2);
    EXPECT_EQ(found_.examples(1).lexical().score(), found_.examples(1).score());
    EXPECT_FALSE(found_.examples(0).has_semantic());
  }
}

TEST_F(SearchTest, OldVersionsAreSearchedAsTheyWere) {
  Choose();
  house_.Teach("new", "a fee", "Now it is gone.");
  EmbedExamples();
  ASSERT_TRUE(Search(Query("a fee", v1::SEMANTIC)).ok());
  EXPECT_EQ(Ids().front(), "new");
  v1::SearchExamplesRequest old = Query("a fee", v1::SEMANTIC);
  old.set_dataset("default@4");
  ASSERT_TRUE(Search(old).ok());
  EXPECT_EQ(Ids().front(), "fee");
  EXPECT_EQ(found_.examples_size(), 3);
}

TEST_F(SearchTest, WithoutVectorsItFailsAsAnAskDoes) {
  for (const v1::Strategy strategy : {v1::SEMANTIC, v1::HYBRID}) {
    const grpc::Status status = Search(Query("a fee", strategy));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(status), "EMBEDDINGS_MISSING");
    EXPECT_THAT(status.error_message(), HasSubstr("no embedding model"));
  }
  Choose();
  EXPECT_EQ(ReasonOf(Search(Query("a fee", v1::SEMANTIC))), "EMBEDDINGS_MISSING");
  EmbedExamples(1);
  const grpc::Status some = Search(Query("a fee", v1::HYBRID));
  EXPECT_EQ(ReasonOf(some), "EMBEDDINGS_MISSING");
  EXPECT_THAT(some.error_message(), HasSubstr("1 of 3"));
  EmbedExamples(3, kDimensions / 2);
  EXPECT_EQ(ReasonOf(Search(Query("a fee", v1::SEMANTIC))), "DIMENSIONS_CHANGED");
}

TEST_F(SearchTest, TestExamplesHaveNoVectors) {
  v1::UpdateDatasetRequest request;
  v1::Example* held = request.add_mutations()->mutable_upsert();
  held->set_id("held");
  held->set_input("a fee");
  held->set_split(v1::TEST);
  Update(request);
  Choose();
  EmbedExamples();
  for (const v1::Strategy strategy : {v1::SEMANTIC, v1::HYBRID}) {
    ASSERT_TRUE(Search(Query("a fee", strategy)).ok());
    EXPECT_THAT(Ids().front(), "fee");
    v1::SearchExamplesRequest test = Query("a fee", strategy);
    test.set_split(v1::TEST);
    EXPECT_EQ(ReasonOf(Search(test)), "BAD_PARAMETER");
  }
  EXPECT_TRUE(Search(Query("a fee", v1::LEXICAL)).ok());
  EXPECT_EQ(Ids().front(), "held");
}

TEST_F(SearchTest, WhatDoesNotSearchIsRefused) {
  for (const v1::Strategy strategy : {v1::FIXED, v1::RANDOM, static_cast<v1::Strategy>(99)}) {
    const grpc::Status status = Search(Query("a fee", strategy));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "BAD_PARAMETER");
  }
  EXPECT_EQ(ReasonOf(Search(Query("", v1::SEMANTIC))), "MISSING_INPUT");
}

}  // namespace
}  // namespace attune

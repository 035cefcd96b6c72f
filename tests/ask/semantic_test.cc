// SEMANTIC and HYBRID from the question to the prompt: whose vectors, who is asked for them, and what happens without.
#include "ask/semantic_search.h"
#include "tests/ask/ask_server.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kModel[] = "fake/small";

absl::Status Down() { return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down"); }

class SemanticTest : public testing::Test {
 protected:
  SemanticTest() {
    server_.Teach("card", "my card is lost", "Call us.");
    server_.Teach("fee", "why is there a fee", "It is in the list.");
  }

  absl::StatusOr<Embeddings> Answer(const EmbedRequest& request) {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    return FakeEmbedder::AnswerFor(request, 64);
  }
  void Fail(absl::Status failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }

  void Choose(const std::string& model) {
    v1::UpdateDatasetRequest request;
    request.mutable_settings()->mutable_embedding()->set_model(model);
    server_.Update(request);
  }
  // Puts the vectors of all examples of the latest version on the shelf.
  void EmbedExamples(const std::string& model = kModel) {
    const DatasetPtr dataset = server_.catalog.Get()->datasets.find("default")->second->dataset;
    std::vector<VectorIndex::Added> added;
    DatasetView(dataset, dataset->latest()).Visit(0, [&](uint64_t row, ExampleView example) {
      added.push_back({static_cast<uint32_t>(row), FakeEmbedder::VectorOf(std::string(example.input()), 64)});
      return true;
    });
    auto vectors = std::make_shared<DatasetVectors>();
    vectors->index = *VectorIndex::Add(VectorIndex::Empty(64), added);
    vectors->state = VectorState::kEmbedded;
    server_.vectors.Set(VectorShelf().With({"default", {.model = model}}, std::move(vectors)));
  }
  void PutPrompt(v1::Strategy strategy, bool fallback = false) {
    v1::PutPromptRequest request;
    request.mutable_prompt()->set_name("default");
    v1::Message* message = request.mutable_prompt()->add_messages();
    message->set_role("user");
    message->set_content("{{input}}");
    v1::FewShot* few_shot = request.mutable_prompt()->mutable_few_shot();
    few_shot->set_dataset("default");
    few_shot->set_strategy(strategy);
    few_shot->set_k(1);
    few_shot->set_fallback_to_lexical(fallback);
    server_.Put(request);
  }
  void Ready(v1::Strategy strategy, bool fallback = false) {
    Choose(kModel);
    EmbedExamples();
    PutPrompt(strategy, fallback);
  }

  std::mutex mutex_;
  absl::Status failure_;
  AskServer server_{{},
                    std::make_unique<FakeProvider>(),
                    {},
                    std::make_unique<FakeEmbedder>([this](const auto& request) { return Answer(request); })};
};

TEST_F(SemanticTest, TheQuestionIsEmbeddedOnceAndChoosesItsExample) {
  for (const v1::Strategy strategy : {v1::SEMANTIC, v1::HYBRID}) {
    Ready(strategy);
    const auto answer = server_.Ask(Question("a fee"));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_THAT(answer->provenance.example_ids, ElementsAre("fee"));
    EXPECT_FALSE(answer->provenance.fell_back_to_lexical);
    EXPECT_THAT(server_.Ask(Question("lost card"))->provenance.example_ids, ElementsAre("card"));
    EXPECT_THAT(server_.Render(Question("a fee"))->provenance.example_ids, ElementsAre("fee"));
  }
  const auto asked = server_.embedder.requests();
  ASSERT_EQ(asked.size(), 2U) << "a question was embedded again";
  EXPECT_EQ(asked.front().model, "small");
  EXPECT_THAT(asked.front().texts, ElementsAre("a fee"));
}

TEST_F(SemanticTest, WithoutVectorsItSaysWhy) {
  PutPrompt(v1::SEMANTIC);
  const auto why = [&] {
    const absl::Status status = server_.Ask(Question("a fee")).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_EQ(ErrorReason(status), "EMBEDDINGS_MISSING");
    return std::string(status.message());
  };
  EXPECT_THAT(why(), HasSubstr("no embedding model"));
  Choose(kModel);
  EXPECT_THAT(why(), HasSubstr("latest version"));
  auto vectors = std::make_shared<DatasetVectors>();
  server_.vectors.Set(VectorShelf().With({"default", {.model = kModel}}, vectors));
  EXPECT_THAT(why(), HasSubstr("being read"));
  vectors = std::make_shared<DatasetVectors>();
  vectors->state = VectorState::kPaused;
  vectors->last_error = "the key is refused";
  server_.vectors.Set(VectorShelf().With({"default", {.model = kModel}}, vectors));
  EXPECT_THAT(why(), HasSubstr("no vector yet: the key is refused"));
  EXPECT_THAT(server_.embedder.requests(), IsEmpty()) << "a call that could help nobody";
}

TEST_F(SemanticTest, FallsBackIfThePromptSaysSoAndTellsIt) {
  PutPrompt(v1::SEMANTIC, true);
  const auto without = server_.Ask(Question("a fee"));
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_THAT(without->provenance.example_ids, ElementsAre("fee"));
  EXPECT_TRUE(without->provenance.fell_back_to_lexical);
  EXPECT_TRUE(server_.Recorded().front().provenance().fell_back_to_lexical());
  Choose(kModel);
  EmbedExamples();
  Fail(Down());
  EXPECT_TRUE(server_.Ask(Question("a fee"))->provenance.fell_back_to_lexical);
  Fail(absl::OkStatus());
  EXPECT_FALSE(server_.Ask(Question("a fee"))->provenance.fell_back_to_lexical) << "a failure was remembered";
}

TEST_F(SemanticTest, WithoutAFallbackTheFailureOfTheModelIsTheAnswer) {
  Ready(v1::HYBRID);
  Fail(Down());
  EXPECT_EQ(ErrorReason(server_.Ask(Question("a fee")).status()), "PROVIDER_UNAVAILABLE");
  EXPECT_THAT(server_.provider.requests(), IsEmpty());
}

TEST_F(SemanticTest, TheDeadlineIsThatOfTheAskAndLeavesTimeToFallBack) {
  Ready(v1::SEMANTIC);
  const absl::Time deadline = server_.clock.Now() + absl::Seconds(9);
  ASSERT_TRUE(server_.Start(Question("a fee"), nullptr, deadline)->Wait().ok());
  EXPECT_EQ(server_.embedder.requests().back().deadline, deadline);
  PutPrompt(v1::SEMANTIC, true);
  ASSERT_TRUE(server_.Start(Question("one"), nullptr, deadline)->Wait().ok());
  EXPECT_EQ(server_.embedder.requests().back().deadline, server_.clock.Now() + absl::Seconds(3));
  ASSERT_TRUE(server_.Ask(Question("two")).ok());
  EXPECT_EQ(server_.embedder.requests().back().deadline, server_.clock.Now() + kLongestWaitBeforeFallback);
}

TEST_F(SemanticTest, AnOldRevisionAnswersWithItsOwnExamples) {
  Ready(v1::SEMANTIC);
  const int64_t before = server_.catalog.Get()->revision;
  server_.Teach("new", "a fee", "Now it is gone.");
  EmbedExamples();
  EXPECT_THAT(server_.Ask(Question("a fee"))->provenance.example_ids, ElementsAre("new"));
  AskRequest then = Question("a fee");
  then.at_revision = before;
  EXPECT_THAT(server_.Ask(then)->provenance.example_ids, ElementsAre("fee"));
}

TEST_F(SemanticTest, AFewNewExamplesMayLackTheirVectorsManyMayNot) {
  Ready(v1::SEMANTIC);
  server_.Teach("new", "another question", "Another answer.");
  EXPECT_TRUE(server_.Ask(Question("a fee")).ok());
  server_.Teach("newer", "one more question", "One more answer.");
  const absl::Status status = server_.Ask(Question("a fee")).status();
  EXPECT_EQ(ErrorReason(status), "EMBEDDINGS_MISSING") << status;
  EXPECT_EQ(ErrorMetadata(status, "embedded"), "2");
  EXPECT_EQ(ErrorMetadata(status, "examples"), "4");
}

TEST_F(SemanticTest, NobodyIsAskedForNothing) {
  Ready(v1::SEMANTIC);
  AskRequest request = Question("a fee");
  request.overrides.max_examples = 0;
  EXPECT_TRUE(server_.Ask(request).ok());
  EXPECT_THAT(server_.embedder.requests(), IsEmpty());
  EXPECT_TRUE(server_.asker.Try(Question("a fee"), {}).ok());
  EXPECT_THAT(server_.embedder.requests(), IsEmpty());
}

TEST_F(SemanticTest, AModelWithOtherDimensionsIsFoundOut) {
  Choose(kModel);
  auto vectors = std::make_shared<DatasetVectors>();
  vectors->index = *VectorIndex::Add(VectorIndex::Empty(3), {{0, {1, 0, 0}}});
  server_.vectors.Set(VectorShelf().With({"default", {.model = kModel}}, std::move(vectors)));
  PutPrompt(v1::SEMANTIC);
  EXPECT_EQ(ErrorReason(server_.Ask(Question("a fee")).status()), "DIMENSIONS_CHANGED");
}

TEST(QuestionCache, ForgetsTheLongestUnused) {
  QuestionCache cache(3 * 1'000);
  const auto vector = [] { return std::make_shared<const std::vector<float>>(100, 1.0F); };  // 656 bytes
  for (const char* key : {"a", "b", "c", "d"}) cache.Add(key, vector());
  EXPECT_NE(cache.Find("a"), nullptr);
  cache.Add("e", vector());
  EXPECT_EQ(cache.Find("b"), nullptr);
  EXPECT_NE(cache.Find("a"), nullptr);
  EXPECT_NE(cache.Find("e"), nullptr);
}

}  // namespace
}  // namespace attune

// SEMANTIC and HYBRID from the question to the prompt: whose vectors, who is asked for them, and what happens without.
#include "ask/semantic_search.h"
#include "tests/ask/ask_server.h"
#include "tests/fakes/fake_span_sink.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kModel[] = "fake/small";

absl::Status Down() { return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down"); }

void ChooseModel(AskServer& server, const std::string& model) {
  v1::UpdateDatasetRequest request;
  request.mutable_settings()->mutable_embedding()->set_model(model);
  server.Update(request);
}

// Puts the vectors of all examples of the latest version on the shelf.
void EmbedExamplesOf(AskServer& server, const std::string& model) {
  const DatasetPtr dataset = server.catalog.Get()->datasets.find("default")->second->dataset;
  std::vector<VectorIndex::Added> added;
  DatasetView(dataset, dataset->latest()).Visit(0, [&](uint64_t row, ExampleView example) {
    added.push_back({static_cast<uint32_t>(row), FakeEmbedder::VectorOf(std::string(example.input()), 64)});
    return true;
  });
  auto vectors = std::make_shared<DatasetVectors>();
  vectors->index = *VectorIndex::Add(VectorIndex::Empty(64), added);
  vectors->state = VectorState::kEmbedded;
  server.vectors.Set(VectorShelf().With({"default", {.model = model}}, std::move(vectors)));
}

void PutDefaultPrompt(AskServer& server, v1::Strategy strategy, bool fallback) {
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
  server.Put(request);
}

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

  void Choose(const std::string& model) { ChooseModel(server_, model); }
  void EmbedExamples() { EmbedExamplesOf(server_, kModel); }
  void PutPrompt(v1::Strategy strategy, bool fallback = false) { PutDefaultPrompt(server_, strategy, fallback); }
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

// As in an evaluation, while what it was planned on is let go of.
TEST_F(SemanticTest, AnAskOfAnEarlierStateFindsWhatItFoundThen) {
  v1::UpdateDatasetRequest keep;
  keep.mutable_settings()->set_keep_versions(1);
  server_.Update(keep);
  Ready(v1::SEMANTIC);
  const AskVariant then = {.catalog = server_.catalog.Get(), .vectors = server_.vectors.Get()};
  AskRequest request = Question("a fee");
  request.at_revision = then.catalog->revision;
  server_.Teach("fee", "how do i pay", "By card.");
  server_.Teach("card", "where are you", "In town.");
  EmbedExamples();  // of the latest version alone
  EXPECT_EQ(ErrorReason(server_.Ask(request).status()), "VERSION_NOT_KEPT");
  const auto answer = server_.Ask(request, nullptr, then);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->provenance.example_ids, ElementsAre("fee"));
  EXPECT_EQ(ErrorReason(server_.Ask(request, nullptr, {.catalog = then.catalog}).status()), "EMBEDDINGS_MISSING");
}

TEST_F(SemanticTest, VectorsThatWereNotThereThenAreTakenAsTheyCome) {
  Ready(v1::SEMANTIC);
  auto loading = std::make_shared<DatasetVectors>();
  auto begun = std::make_shared<DatasetVectors>();
  begun->index = VectorIndex::Empty(64);
  for (const auto& earlier : {loading, begun}) {
    const AskVariant then = {.catalog = server_.catalog.Get(),
                             .vectors = VectorShelf().With({"default", {.model = kModel}}, earlier)};
    const auto answer = server_.Ask(Question("a fee"), nullptr, then);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_THAT(answer->provenance.example_ids, ElementsAre("fee"));
  }
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

// 5 nanos a token of the question, 1,000 an answer of the model.
class SemanticCostTest : public SemanticTest {
 protected:
  SemanticCostTest() {
    Ready(v1::SEMANTIC);
    Serve(true);
  }
  void Serve(bool embedding_has_price) {
    ProviderRegistry::Builder builder;
    auto chat = std::make_unique<FakeProvider>([](const ModelRequest& request) {
      ModelAnswer answer;
      answer.text = "fine";
      answer.finish_reason = FinishReason::kStop;
      answer.usage = {.reported = true, .output_tokens = 100};
      answer.cached = request.parameters.cache.value_or(false);
      return answer;
    });
    builder.Add("fake", std::move(chat), {},
                std::make_unique<FakeEmbedder>([this](const auto& request) { return Answer(request); }));
    builder.AddModel("fake/any", {.prices = {{.output = 10'000'000}}});
    if (embedding_has_price) builder.AddModel(kModel, {.prices = {{.input = 5'000'000}}});
    server_.providers.Set(std::make_shared<const ProviderRegistry>(std::move(builder).Build()));
  }
};

TEST_F(SemanticCostTest, TheQuestionsVectorIsPartOfTheCost) {
  const auto first = server_.Ask(Question("a fee"));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->embedding.tokens, 1);
  EXPECT_EQ(first->embedding.cost, (Money{5, "USD"}));
  EXPECT_EQ(first->model_cost, (Money{1'000, "USD"}));
  EXPECT_EQ(first->cost, (Money{1'005, "USD"}));
  const v1::Interaction recorded = server_.Recorded().front();
  EXPECT_EQ(recorded.cost().nanos(), 1'005);
  EXPECT_EQ(recorded.usage().embedding_tokens(), 1);
  EXPECT_EQ(recorded.usage().output_tokens(), 100);
  const auto again = server_.Ask(Question("a fee"));
  EXPECT_EQ(again->embedding.tokens, 0) << "its vector was still known";
  EXPECT_EQ(again->cost, (Money{1'000, "USD"}));
}

TEST_F(SemanticCostTest, AVectorWithoutAPriceMakesTheCostUnknown) {
  Serve(false);
  const auto answer = server_.Ask(Question("a fee"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->cost, std::nullopt);
  EXPECT_EQ(answer->model_cost, (Money{1'000, "USD"}));
  EXPECT_FALSE(server_.Recorded().front().cost().known());
}

TEST_F(SemanticCostTest, AnAnswerOfTheCacheStillCostsTheVector) {
  AskRequest request = Question("a fee");
  request.overrides.cache = true;
  const auto answer = server_.Ask(request);
  ASSERT_TRUE(answer->cached);
  EXPECT_EQ(answer->cost, (Money{5, "USD"}));
}

TEST_F(SemanticCostTest, AFallbackAfterACallThatMayHaveCostSomethingIsUnknown) {
  PutPrompt(v1::SEMANTIC, true);
  Fail(Down());
  EXPECT_EQ(server_.Ask(Question("a fee"))->cost, (Money{1'000, "USD"})) << "nobody was reached";
  Fail(absl::DeadlineExceededError("stalled"));
  EXPECT_EQ(server_.Ask(Question("a fee"))->cost, std::nullopt);
}

TEST_F(SemanticCostTest, ACallersLimitIsChargedWithTheVectorToo) {
  server_.limits.Set({{.name = "money", .scope = {}, .cost = Money{2'004, "USD"}}});
  AskRequest request = Question("a fee");
  request.overrides.max_tokens = 100;
  ASSERT_TRUE(server_.Ask(request).ok());
  // 1,005 of 2,004 are used, and it may take 1,000.
  EXPECT_EQ(ErrorReason(server_.Ask(request).status()), "CALLER_LIMIT");
}

TEST(SemanticTrace, TheQuestionIsEmbeddedWithinTheSpanOfTheAsk) {
  FakeSpanSink spans;
  FakeClock clock;
  Tracer tracer(spans, clock, 3);
  AskOptions options;
  options.tracer = &tracer;
  std::shared_ptr<const TraceScope> trace;
  AskServer server(options, std::make_unique<FakeProvider>(), {},
                   std::make_unique<FakeEmbedder>([&trace](const EmbedRequest& request) {
                     trace = request.trace;
                     return FakeEmbedder::AnswerFor(request, 64);
                   }));
  server.Teach("fee", "why is there a fee", "It is in the list.");
  ChooseModel(server, kModel);
  EmbedExamplesOf(server, kModel);
  PutDefaultPrompt(server, v1::SEMANTIC, false);
  ASSERT_TRUE(server.Ask(Question("a fee")).ok());
  ASSERT_NE(trace, nullptr);
  ASSERT_EQ(spans.spans().size(), 1U);
  EXPECT_EQ(trace->context, spans.spans()[0].context);
  EXPECT_EQ(trace->tracer, &tracer);
  EXPECT_EQ(AttributeOf(spans.spans()[0], "attune.embedding_tokens"), "1");
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

// Semantic retrieval with the real binaries: a model is chosen, the vectors are made in the background, also across a
// kill, and a question is answered by them.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/transport/raw_call.h"
#include "tests/transport/wire_fields.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kExamples = 500;
constexpr size_t kFirstTurn = 4;    // requests, of 96 texts each
constexpr int64_t kEmbedded = 384;  // examples after it
constexpr size_t kRequests = 6;     // for all examples; the last two are under way at the same time

constexpr size_t kDimensions = 1'024;

constexpr char kVectorsHealthRequest[] =
    "\n\x0e"
    "attune.vectors";  // field 1, 14 bytes

std::string TextOf(int example) { return "word" + std::to_string(example) + " of question"; }

// An example whose vector is like no other's.
int UniqueExample() {
  std::map<std::vector<float>, std::vector<int>> examples;
  for (int i = 0; i < kExamples; ++i) examples[FakeEmbedder::VectorOf(TextOf(i), kDimensions)].push_back(i);
  for (const auto& [vector, same] : examples) {
    if (same.size() == 1 && same.front() > kExamples / 2) return same.front();
  }
  return -1;
}

std::vector<std::string> TextsOf(const RecordedRequest& request) {
  return nlohmann::json::parse(request.body).at("input").get<std::vector<std::string>>();
}

// As OpenAI answers who asks for no base64.
std::string Answer(const RecordedRequest& request) {
  nlohmann::json answer = {{"data", nlohmann::json::array()}, {"model", "small"}, {"usage", {{"prompt_tokens", 1}}}};
  for (const std::string& text : TextsOf(request)) {
    answer["data"].push_back(
        {{"index", answer["data"].size()}, {"embedding", FakeEmbedder::VectorOf(text, kDimensions)}});
  }
  return answer.dump();
}

class EmbeddingsTest : public testing::Test {
 protected:
  // The first `count` requests are answered at once, the others when the gate opens.
  void AnswerAtOnce(size_t count) {
    vendor_.Always([this, count](const RecordedRequest& request) {
      ServerScript script;
      if (++asked_ > count) script.Pass(gate_);
      const std::string body = Answer(request);
      return script.Head(200, {"Content-Type: application/json", "Content-Length: " + std::to_string(body.size())})
          .Send(body);
    });
  }
  void Start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--data", directory_.File("attune.db")};
    words.insert(words.end(), more.begin(), more.end());
    server_ = std::make_unique<AttunedProcess>(
        words, AttunedProcess::Environment{{"OPENAI_BASE_URL", vendor_.url()}, {"OPENAI_API_KEY", "key"}});
    ASSERT_TRUE(server_->running()) << server_->output();
    attune_ = Connect<v1::Attune>(server_->address());
    catalog_ = Connect<v1::Catalog>(server_->address());
  }
  void Import() {
    v1::UpdateDatasetRequest request;
    request.set_dataset("faq");
    request.mutable_settings()->mutable_embedding()->set_model("openai/small");
    for (int i = 0; i < kExamples; ++i) {
      v1::Example* example = request.add_mutations()->mutable_upsert();
      example->set_id("e" + std::to_string(i));
      example->set_input(TextOf(i));
      example->set_output("answer " + std::to_string(i));
    }
    grpc::ClientContext context;
    v1::UpdateDatasetResponse response;
    const grpc::Status status = attune_->UpdateDataset(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  void PutPrompt() {
    v1::PutPromptRequest request;
    request.mutable_prompt()->set_name("help");
    v1::Message* message = request.mutable_prompt()->add_messages();
    message->set_role("user");
    message->set_content("{{input}}");
    request.mutable_prompt()->mutable_few_shot()->set_dataset("faq");
    request.mutable_prompt()->mutable_few_shot()->set_strategy(v1::SEMANTIC);
    request.mutable_prompt()->mutable_few_shot()->set_k(1);
    grpc::ClientContext context;
    v1::PutPromptResponse response;
    const grpc::Status status = catalog_->PutPrompt(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  v1::EmbeddingProgress Progress() {
    v1::GetDatasetRequest request;
    request.set_dataset("faq");
    grpc::ClientContext context;
    v1::Dataset dataset;
    EXPECT_TRUE(catalog_->GetDataset(&context, request, &dataset).ok());
    return dataset.embedding();
  }
  bool UntilEmbedded(int64_t examples) {
    const absl::Time limit = absl::Now() + absl::Seconds(30);
    while (Progress().embedded() < examples) {
      if (absl::Now() > limit) return false;
      std::this_thread::yield();
    }
    return true;
  }
  // Of vectors, by a health check; 1 is SERVING, 2 is NOT_SERVING.
  uint64_t Health() const {
    const auto channel = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
    const RawAnswer answer = CallRaw(channel, "grpc.health.v1.Health/Check", {kVectorsHealthRequest});
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    return answer.messages.empty() ? 0 : Number(answer.messages[0], 1);
  }
  bool UntilWarm() const {
    const absl::Time limit = absl::Now() + absl::Seconds(30);
    while (Health() != 1) {
      if (absl::Now() > limit) return false;
      std::this_thread::yield();
    }
    return true;
  }
  CommandResult Attune(std::vector<std::string> words) {
    words.insert(words.begin(), {ATTUNE_BIN_DIR "/attune", "--server", server_->address()});
    return RunCommand(words);
  }

  const TemporaryDirectory directory_;
  std::atomic<size_t> asked_{0};
  Gate gate_;
  ScriptedHttpServer vendor_;
  std::unique_ptr<AttunedProcess> server_;
  std::unique_ptr<v1::Attune::Stub> attune_;
  std::unique_ptr<v1::Catalog::Stub> catalog_;
};

TEST_F(EmbeddingsTest, AKillInTheMiddleOfABackfillPaysForNothingTwice) {
  AnswerAtOnce(kFirstTurn);
  Start();
  Import();
  PutPrompt();
  ASSERT_TRUE(UntilEmbedded(kEmbedded));
  ASSERT_TRUE(vendor_.WaitForRequests(kRequests));  // all, so that none is read after the kill
  server_->Stop(SIGKILL);
  gate_.Open();
  Start();
  const CommandResult waited = Attune({"dataset", "embed", "faq", "--wait"});
  ASSERT_EQ(waited.exit_code, 0) << waited.err;
  EXPECT_THAT(waited.out, HasSubstr("openai/small: 500 of 500 examples, done"));

  std::map<std::string, int> answered;
  const std::vector<RecordedRequest> requests = vendor_.requests();
  for (size_t i = 0; i < requests.size(); ++i) {
    if (i >= kFirstTurn && i < kRequests) continue;  // held until their client was dead
    for (const std::string& text : TextsOf(requests[i])) ++answered[text];
  }
  EXPECT_EQ(answered.size(), static_cast<size_t>(kExamples));
  for (const auto& [text, times] : answered) EXPECT_EQ(times, 1) << text;

  const int example = UniqueExample();
  v1::AskResponse response;
  ASSERT_TRUE(AskQuestion(*attune_, TextOf(example), &response, "help").ok());
  EXPECT_THAT(response.provenance().example_ids(), ElementsAre("e" + std::to_string(example)));
  EXPECT_THAT(TextsOf(vendor_.requests().back()), ElementsAre(TextOf(example)));
  server_->Stop(SIGKILL);
  const size_t all = vendor_.requests().size();
  Start();
  ASSERT_TRUE(UntilEmbedded(kExamples));
  EXPECT_EQ(vendor_.requests().size(), all) << "what is stored was asked for";
}

TEST_F(EmbeddingsTest, AQuestionsVectorIsPaidForAndPartOfItsTrace) {
  AnswerAtOnce(2 * kRequests);
  ScriptedHttpServer collector;
  collector.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  const std::string config = directory_.File("attune.yaml");
  std::ofstream(config) << "models:\n  openai/small: {prices: {input: 20, output: 0}}\n";
  Start({"--config", config, "--otlp-endpoint", collector.url("")});
  Import();
  PutPrompt();
  ASSERT_TRUE(UntilEmbedded(kExamples));
  v1::AskResponse response;
  const grpc::Status status = AskQuestion(*attune_, "a secret question", &response, "help");
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.usage().embedding_tokens(), 1);
  EXPECT_TRUE(response.cost().known());
  EXPECT_EQ(response.cost().nanos(), 20'000) << "one token of 20 dollars a million";
  EXPECT_EQ(response.cost().currency(), "USD");
  const std::string parent = vendor_.requests().back().headers.at("traceparent");
  attune_.reset();  // gRPC waits for idle connections
  catalog_.reset();
  EXPECT_EQ(server_->Stop(SIGTERM), 0);
  std::string spans;
  for (const RecordedRequest& request : collector.requests()) spans += request.body;
  EXPECT_THAT(spans, HasSubstr(R"("name":"Ask","kind":2)"));
  EXPECT_THAT(spans, HasSubstr(R"("name":"embeddings small","kind":3)"));
  EXPECT_THAT(spans, HasSubstr("\"spanId\":\"" + parent.substr(36, 16) + "\""));
  EXPECT_THAT(spans, testing::Not(HasSubstr("secret")));
}

TEST_F(EmbeddingsTest, StopsInTheMiddleOfABackfillAtOnce) {
  AnswerAtOnce(0);
  Start();
  Import();
  ASSERT_TRUE(vendor_.WaitForRequests(kFirstTurn));
  attune_.reset();  // gRPC waits for idle connections
  catalog_.reset();
  EXPECT_EQ(server_->Stop(SIGTERM), 0);
}

TEST_F(EmbeddingsTest, WithoutAKeyTheBuiltinModelMakesTheVectors) {
  AnswerAtOnce(0);
  Start();
  for (const char* input : {"my card is lost", "why is there a fee"}) {
    v1::UpdateDatasetResponse response;
    ASSERT_TRUE(Upsert(*attune_, "faq", input, "answer", &response).ok());
  }
  const CommandResult set =
      Attune({"dataset", "embed", "faq", "--model", "builtin/hash-embedding", "--dimensions", "32", "--wait"});
  ASSERT_EQ(set.exit_code, 0) << set.err;
  EXPECT_THAT(set.out, HasSubstr("faq@3 has the embedding model builtin/hash-embedding"));
  EXPECT_THAT(set.out, HasSubstr("builtin/hash-embedding in 32 dimensions: 2 of 2 examples, done"));
  EXPECT_EQ(set.err, "") << "a bar where there is no terminal";
  EXPECT_THAT(Attune({"dataset", "show", "faq"}).out, HasSubstr("embeddings   builtin/hash-embedding in 32"));
  v1::Dataset shown;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(Attune({"--json", "dataset", "embed", "faq", "--wait"}).out, &shown)
          .ok());
  EXPECT_EQ(shown.embedding().state(), v1::EMBEDDED);
  EXPECT_TRUE(UntilWarm());
  const CommandResult found =
      Attune({"dataset", "search", "-d", "faq", "--strategy", "hybrid", "--explain", "my lost card"});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("LEXICAL"));
  EXPECT_THAT(found.out, HasSubstr("#1 "));
  EXPECT_THAT(Attune({"dataset", "search", "-d", "faq", "--strategy", "fixed", "x"}).err, HasSubstr("LEXICAL"));
  PutPrompt();
  v1::AskResponse response;
  ASSERT_TRUE(AskQuestion(*attune_, "lost cards", &response, "help").ok());
  EXPECT_EQ(response.provenance().example_ids_size(), 1);
  EXPECT_GT(response.usage().embedding_tokens(), 0);
  EXPECT_TRUE(response.cost().known()) << "both builtin models are free";
  EXPECT_FALSE(response.provenance().fell_back_to_lexical());

  EXPECT_NE(Attune({"dataset", "embed", "faq", "--model", "builtin/nearest"}).exit_code, 0);
  EXPECT_NE(Attune({"dataset", "embed", "faq"}).exit_code, 0);
  ASSERT_EQ(Attune({"dataset", "embed", "faq", "--off"}).exit_code, 0);
  EXPECT_EQ(InfoOf(AskQuestion(*attune_, "lost cards", &response, "help")).reason(), "EMBEDDINGS_MISSING");
  const CommandResult none = Attune({"dataset", "search", "-d", "faq", "--strategy", "semantic", "lost cards"});
  EXPECT_NE(none.exit_code, 0);
  EXPECT_THAT(none.err, HasSubstr("no embedding model"));
}

}  // namespace
}  // namespace attune

// The loop as a newcomer walks it, over the wire: ask, update, ask again, versions, aliases, feedback, evaluation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "attune/v1/evaluations.grpc.pb.h"
#include "attune/v1/insights.grpc.pb.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"

namespace attune {
namespace {

using testing::HasSubstr;

constexpr char kFaq[] = R"([
  {"prompt":"What is the warranty period for Product X?","completion":"Product X comes with a two-year warranty from the date of purchase."},
  {"prompt":"How do I return an item?","completion":"Use the return label in the box within 30 days."},
  {"prompt":"Do you ship abroad?","completion":"We ship to all countries of the European Union."}
])";

class Loop : public testing::Test {
 protected:
  Loop() : server_({"--data", directory_.File("attune.db")}) {
    EXPECT_TRUE(server_.running()) << server_.output();
    Reconnect(server_.address());
  }

  void Reconnect(const std::string& address) {
    attune_ = Connect<v1::Attune>(address);
    catalog_ = Connect<v1::Catalog>(address);
    insights_ = Connect<v1::Insights>(address);
  }

  grpc::Status Import(const std::string& bytes, v1::ImportDatasetResponse* response) {
    grpc::ClientContext context;
    auto stream = catalog_->ImportDataset(&context, response);
    v1::ImportDatasetRequest part;
    part.mutable_options();
    stream->Write(part);
    for (size_t at = 0; at < bytes.size(); at += 100) {
      part.set_data(bytes.substr(at, 100));
      stream->Write(part);
    }
    stream->WritesDone();
    return stream->Finish();
  }

  TemporaryDirectory directory_;
  AttunedProcess server_;
  std::unique_ptr<v1::Attune::Stub> attune_;
  std::unique_ptr<v1::Catalog::Stub> catalog_;
  std::unique_ptr<v1::Insights::Stub> insights_;
};

TEST_F(Loop, TheSeedExampleAnswersInOtherWordsWithItsProvenance) {
  v1::ImportDatasetResponse imported;
  const grpc::Status status = Import(kFaq, &imported);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(imported.version(), 1);
  EXPECT_EQ(imported.added(), 3);
  v1::AskResponse answer;
  ASSERT_TRUE(AskQuestion(*attune_, "How many years of warranty does Product X have?", &answer).ok());
  EXPECT_THAT(answer.text(), HasSubstr("two-year warranty"));
  EXPECT_EQ(answer.model(), "builtin/nearest");
  EXPECT_EQ(answer.finish_reason(), v1::STOP);
  EXPECT_GT(answer.coverage(), 0);
  EXPECT_EQ(answer.provenance().prompt(), "default");
  EXPECT_EQ(answer.provenance().prompt_version(), 1);
  EXPECT_EQ(answer.provenance().dataset_version(), 1);
  EXPECT_EQ(answer.provenance().revision(), imported.revision());
  EXPECT_GE(answer.provenance().example_ids_size(), 1);
}

TEST_F(Loop, AnUpdateIsSeenByTheNextAskAndTheOldPromptIsRebuiltByteForByte) {
  v1::ImportDatasetResponse imported;
  ASSERT_TRUE(Import(kFaq, &imported).ok());
  v1::RenderPromptRequest render;
  render.mutable_request()->set_input("Can you send it to Norway?");
  v1::RenderPromptResponse before, rebuilt, after;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(catalog_->RenderPrompt(&context, render, &before).ok());
  }
  v1::UpdateDatasetResponse updated;
  ASSERT_TRUE(Upsert(*attune_, "default", "Can you send to Norway?", "Yes, within five days.", &updated).ok());
  EXPECT_EQ(updated.version(), 2);
  v1::AskRequest ask;
  ask.set_input("Can you send it to Norway?");
  ask.set_min_revision(updated.revision());
  v1::AskResponse answer;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(attune_->Ask(&context, ask, &answer).ok());
  }
  EXPECT_EQ(answer.text(), "Yes, within five days.");
  {
    grpc::ClientContext context;
    ASSERT_TRUE(catalog_->RenderPrompt(&context, render, &after).ok());
  }
  render.mutable_request()->set_at_revision(imported.revision());
  // Also after a restart, from the replayed log.
  server_.Stop(SIGKILL);
  AttunedProcess again({"--data", directory_.File("attune.db")});
  Reconnect(again.address());
  grpc::ClientContext context;
  ASSERT_TRUE(catalog_->RenderPrompt(&context, render, &rebuilt).ok());
  EXPECT_EQ(before.SerializeAsString(), rebuilt.SerializeAsString());
  EXPECT_NE(before.SerializeAsString(), after.SerializeAsString());
}

TEST_F(Loop, FeedbackIsReadableAtOnce) {
  v1::AskResponse answer;
  ASSERT_TRUE(AskQuestion(*attune_, "Anything?", &answer).ok());
  v1::RecordFeedbackRequest feedback;
  feedback.set_interaction_id(answer.interaction_id());
  feedback.set_request_id("once");
  feedback.mutable_feedback()->set_thumb(v1::DOWN);
  feedback.mutable_feedback()->set_correction("Something.");
  std::string first_id;
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    v1::RecordFeedbackResponse recorded;
    ASSERT_TRUE(attune_->RecordFeedback(&context, feedback, &recorded).ok());
    if (i == 0) first_id = recorded.feedback().id();
    EXPECT_EQ(recorded.feedback().id(), first_id) << "a retry must not record twice";
  }
  v1::GetInteractionRequest get;
  get.set_id(answer.interaction_id());
  v1::Interaction interaction;
  grpc::ClientContext context;
  ASSERT_TRUE(insights_->GetInteraction(&context, get, &interaction).ok());
  ASSERT_EQ(interaction.feedback_size(), 1);
  EXPECT_EQ(interaction.feedback(0).correction(), "Something.");
  EXPECT_EQ(interaction.request().input(), "Anything?");
}

TEST_F(Loop, ARetryWithTheSameRequestIdGetsTheFirstAnswerAndAnotherQuestionIsRefused) {
  v1::AskRequest ask;
  ask.set_input("What?");
  ask.set_request_id("r-1");
  v1::AskResponse first, second;
  grpc::ClientContext a, b, c;
  ASSERT_TRUE(attune_->Ask(&a, ask, &first).ok());
  ASSERT_TRUE(attune_->Ask(&b, ask, &second).ok());
  EXPECT_EQ(first.interaction_id(), second.interaction_id());
  EXPECT_FALSE(first.cached());
  EXPECT_TRUE(second.cached());
  ask.set_input("What else?");
  const grpc::Status status = attune_->Ask(&c, ask, &second);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "REQUEST_ID_REUSED");
}

TEST_F(Loop, AnUnknownPromptNamesTheNearest) {
  v1::AskResponse answer;
  const grpc::Status status = AskQuestion(*attune_, "What?", &answer, "defautl");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InfoOf(status).reason(), "PROMPT_NOT_FOUND");
  EXPECT_EQ(InfoOf(status).domain(), "attune");
  EXPECT_EQ(InfoOf(status).metadata().at("nearest"), "default");
}

TEST_F(Loop, MinRevisionThatNeverComesFailsClearlyWithinTheDeadline) {
  v1::AskRequest ask;
  ask.set_input("What?");
  ask.set_min_revision(1000);
  v1::AskResponse answer;
  grpc::ClientContext context;
  SetDeadline(context, 500);
  const grpc::Status status = attune_->Ask(&context, ask, &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << status.error_message();
  EXPECT_EQ(InfoOf(status).reason(), "REVISION_NOT_REACHED");
}

TEST_F(Loop, ABrokenImportNamesLineAndColumnAndImportsNothing) {
  v1::ImportDatasetResponse imported;
  const grpc::Status status = Import("prompt,completion\n\"a\",b\n\"c,d\n", &imported);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).metadata().at("line"), "3");
  v1::GetDatasetRequest get;
  get.set_dataset("default");
  v1::Dataset dataset;
  grpc::ClientContext context;
  ASSERT_TRUE(catalog_->GetDataset(&context, get, &dataset).ok());
  EXPECT_EQ(dataset.version(), 0);
}

TEST_F(Loop, TheStreamBeginsWithProvenanceAndEndsWithUsage) {
  v1::ImportDatasetResponse imported;
  ASSERT_TRUE(Import(kFaq, &imported).ok());
  v1::AskRequest ask;
  ask.set_input("What is the warranty of Product X?");
  grpc::ClientContext context;
  auto stream = attune_->StreamAsk(&context, ask);
  std::vector<v1::StreamAskResponse> chunks;
  for (v1::StreamAskResponse chunk; stream->Read(&chunk);) chunks.push_back(chunk);
  ASSERT_TRUE(stream->Finish().ok());
  ASSERT_GE(chunks.size(), 3u);
  EXPECT_EQ(chunks.front().start().provenance().dataset_version(), 1);
  std::string text;
  for (const auto& chunk : chunks) text += chunk.text_delta();
  EXPECT_THAT(text, HasSubstr("two-year warranty"));
  EXPECT_TRUE(chunks.back().end().usage().reported());
}

TEST_F(Loop, SigtermEndsCleanlyAndASecondServerOnTheFileIsRefused) {
  AttunedProcess second({"--data", directory_.File("attune.db")});
  EXPECT_FALSE(second.running());
  EXPECT_THAT(second.output(), HasSubstr("attune.db"));
  EXPECT_EQ(server_.Stop(SIGTERM), 0) << server_.output();
}

TEST_F(Loop, AnEvaluationStreamsProgressResultsAndAReportThatIsStored) {
  v1::ImportDatasetResponse imported;
  ASSERT_TRUE(Import(kFaq, &imported).ok());
  v1::EvaluateRequest request;
  v1::Case* right = request.add_cases();
  right->set_input("How long is the warranty of Product X?");
  right->set_output("Product X comes with a two-year warranty from the date of purchase.");
  v1::Case* wrong = request.add_cases();
  wrong->set_input("Do you ship abroad, please?");
  wrong->set_output("Never.");
  grpc::ClientContext context;
  auto stream = attune_->Evaluate(&context, request);
  v1::EvaluateResponse event;
  int results = 0;
  std::string id;
  v1::EvaluationReport report;
  while (stream->Read(&event)) {
    if (event.has_start()) id = event.start().evaluation_id();
    if (event.has_result()) ++results;
    if (event.has_report()) report = event.report();
  }
  const grpc::Status status = stream->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(results, 2);
  ASSERT_EQ(report.candidates_size(), 1);
  EXPECT_DOUBLE_EQ(report.candidates(0).estimates(0).mean(), 0.5);
  EXPECT_EQ(report.candidates(0).estimates(0).method(), "wilson");
  v1::GetEvaluationRequest get;
  get.set_id(id);
  get.set_include_results(true);
  v1::GetEvaluationResponse stored;
  grpc::ClientContext get_context;
  ASSERT_TRUE(Connect<v1::Evaluations>(server_.address())->GetEvaluation(&get_context, get, &stored).ok());
  EXPECT_EQ(stored.evaluation().state(), v1::SUCCEEDED);
  EXPECT_EQ(stored.results_size(), 2);
}

}  // namespace
}  // namespace attune

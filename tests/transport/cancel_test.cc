// Callers that go away, and deadlines that pass: the provider call is cancelled, and what came of it is recorded.
#include "tests/transport/served_house.h"

namespace attune {
namespace {

v1::AskRequest Question() {
  v1::AskRequest request;
  request.set_input("hi");
  return request;
}

// The one recorded interaction, once it is there.
v1::Interaction Recorded(ServedHouse& house) {
  std::vector<InteractionRecord> records;
  while (records.empty()) {
    EXPECT_TRUE(house.queue.Flush(absl::Seconds(20)).ok());
    records = *house.store.ListInteractions({});
  }
  v1::Interaction interaction;
  EXPECT_TRUE(interaction.ParseFromString(records[0].payload));
  return interaction;
}

TEST(Cancel, InTheMiddleOfAStreamReachesTheProvider) {
  ServedHouse house(std::make_unique<FakeProvider>("one two three"));
  house.provider.Hold(2);
  grpc::ClientContext context;
  const auto stream = house.attune->StreamAsk(&context, Question());
  v1::StreamAskResponse chunk;
  ASSERT_TRUE(stream->Read(&chunk));
  ASSERT_TRUE(stream->Read(&chunk));
  ASSERT_TRUE(house.provider.WaitForInFlight(1));
  context.TryCancel();
  ASSERT_TRUE(house.provider.WaitForCancelled(1));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  const v1::Interaction interaction = Recorded(house);
  EXPECT_EQ(interaction.status_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(interaction.text(), "one two");
  EXPECT_TRUE(interaction.partial());
}

TEST(Cancel, OfAnAskReachesTheProvider) {
  ServedHouse house;
  house.provider.Hold();
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  v1::AskResponse response;
  grpc::Status status;
  const auto call = house.attune->AsyncAsk(&context, Question(), &queue);
  call->Finish(&response, &status, &queue);
  ASSERT_TRUE(house.provider.WaitForInFlight(1));
  context.TryCancel();
  ASSERT_TRUE(house.provider.WaitForCancelled(1));
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
}

TEST(Cancel, ByADeadlineReachesTheProvider) {
  ServedHouse house;
  house.provider.Hold();
  grpc::ClientContext context;
  SetTimeout(context, std::chrono::milliseconds(200));
  v1::AskResponse response;
  EXPECT_EQ(house.attune->Ask(&context, Question(), &response).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(house.provider.WaitForCancelled(1));
}

TEST(Cancel, ByADeadlineEndsTheWaitForARevision) {
  ServedHouse house;
  v1::AskRequest request = Question();
  request.set_min_revision(1'000'000);
  grpc::ClientContext context;
  SetTimeout(context, std::chrono::milliseconds(200));
  v1::AskResponse response;
  const grpc::StatusCode code = house.attune->Ask(&context, request, &response).error_code();
  // The two clocks of the deadline race: ours says what was missing.
  EXPECT_TRUE(code == grpc::StatusCode::DEADLINE_EXCEEDED || code == grpc::StatusCode::FAILED_PRECONDITION) << code;
  EXPECT_EQ(house.provider.calls(), 0u);
  EXPECT_NE(Recorded(house).status_code(), grpc::StatusCode::OK);
}

v1::EvaluateRequest TenCases(bool detached) {
  v1::EvaluateRequest request;
  request.set_evaluation_id("ev-1");
  request.set_detached(detached);
  request.set_concurrency(2);
  for (int i = 0; i < 10; ++i) {
    v1::Case& item = *request.add_cases();
    item.set_input(StrCat("q", i));
    item.set_output("fake answer");
  }
  return request;
}

// Once it has ended.
v1::Evaluation Ended(ServedHouse& house) {
  v1::GetEvaluationRequest request;
  request.set_id("ev-1");
  v1::GetEvaluationResponse response;
  do {
    grpc::ClientContext context;
    const grpc::Status status = house.evaluations->GetEvaluation(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) break;
  } while (response.evaluation().state() == v1::RUNNING);
  return response.evaluation();
}

void StartAndGoAway(ServedHouse& house, bool detached) {
  grpc::ClientContext context;
  const auto stream = house.attune->Evaluate(&context, TenCases(detached));
  v1::EvaluateResponse event;
  ASSERT_TRUE(stream->Read(&event));
  ASSERT_EQ(event.start().calls(), 10);
  ASSERT_TRUE(house.provider.WaitForInFlight(2));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST(Cancel, OfAnEvaluationStopsItsCalls) {
  ServedHouse house;
  house.provider.Hold();
  ASSERT_NO_FATAL_FAILURE(StartAndGoAway(house, false));
  ASSERT_TRUE(house.provider.WaitForCancelled(2));
  EXPECT_EQ(Ended(house).state(), v1::CANCELLED);
  EXPECT_EQ(house.provider.calls(), 2u);
}

TEST(Cancel, OfADetachedEvaluationLetsItGoOn) {
  ServedHouse house;
  house.provider.Hold();
  ASSERT_NO_FATAL_FAILURE(StartAndGoAway(house, true));
  house.provider.Release();
  const v1::Evaluation evaluation = Ended(house);
  EXPECT_EQ(evaluation.state(), v1::SUCCEEDED);
  EXPECT_EQ(evaluation.done(), 10);
  EXPECT_EQ(house.provider.cancelled(), 0u);
}

}  // namespace
}  // namespace attune

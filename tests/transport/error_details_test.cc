// What other languages' helpers read: google.rpc details by their field numbers, decoded here without our own messages.
#include <map>

#include "tests/transport/served_house.h"
#include "tests/transport/wire_fields.h"
#include "transport/status.h"

namespace attune {
namespace {

// google.rpc.Status: code 1, message 2, details 3 (google.protobuf.Any: type_url 1, value 2). The bytes of the one
// detail of that kind.
std::string Detail(const std::string& status_bytes, const std::string& kind) {
  std::vector<std::string> found;
  for (const std::string& any : Values(status_bytes, 3)) {
    if (Value(any, 1) == "type.googleapis.com/google.rpc." + kind) found.push_back(Value(any, 2));
  }
  EXPECT_EQ(found.size(), 1u) << kind;
  return found.empty() ? "" : found[0];
}

// ErrorInfo.metadata (map entries: key 1, value 2).
std::map<std::string, std::string> Metadata(const std::string& info) {
  std::map<std::string, std::string> metadata;
  for (const std::string& entry : Values(info, 3)) metadata[Value(entry, 1)] = Value(entry, 2);
  return metadata;
}

TEST(ErrorDetails, RideInTheStandardTrailerWithCodeAndMessage) {
  ServedHouse house;
  v1::GetPromptRequest request;
  request.set_prompt("defualt");
  v1::Prompt response;
  grpc::ClientContext context;
  const grpc::Status status = house.catalog->GetPrompt(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);

  const auto& trailers = context.GetServerTrailingMetadata();
  const auto trailer = trailers.find("grpc-status-details-bin");
  ASSERT_NE(trailer, trailers.end());
  const std::string bytes(trailer->second.data(), trailer->second.size());
  EXPECT_EQ(bytes, status.error_details());
  EXPECT_EQ(Number(bytes, 1), 5u);
  EXPECT_EQ(Value(bytes, 2), status.error_message());

  const std::string info = Detail(bytes, "ErrorInfo");
  EXPECT_EQ(Value(info, 1), "PROMPT_NOT_FOUND");
  EXPECT_EQ(Value(info, 2), "attune");
  EXPECT_EQ(Metadata(info)["prompt"], "defualt");
  EXPECT_EQ(Metadata(info)["nearest"], "default");
}

TEST(ErrorDetails, BadRequestNamesTheField) {
  ServedHouse house;
  v1::UpdateDatasetRequest request;
  for (int i = 0; i < 3; ++i) request.add_mutations()->mutable_upsert()->set_input(StrCat("question ", i));
  request.mutable_mutations(1)->mutable_upsert()->set_weight(-1);
  v1::UpdateDatasetResponse response;
  grpc::ClientContext context;
  const grpc::Status status = house.attune->UpdateDataset(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const std::string violation = Value(Detail(status.error_details(), "BadRequest"), 1);
  EXPECT_EQ(Value(violation, 1), "mutations[1].upsert.weight");
  EXPECT_FALSE(Value(violation, 2).empty());
}

TEST(ErrorDetails, AFullServerSaysTheQuotaAndWhenToRetry) {
  ServedHouse house(std::make_unique<FakeProvider>(), {.max_in_flight = 1});
  house.provider.Hold();
  v1::AskRequest request;
  request.set_input("hi");
  grpc::ClientContext held;
  const auto stream = house.attune->StreamAsk(&held, request);
  ASSERT_TRUE(house.provider.WaitForInFlight(1));

  v1::AskResponse response;
  const grpc::Status status = house.Ask("hi", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  const std::string violation = Value(Detail(status.error_details(), "QuotaFailure"), 1);
  EXPECT_EQ(Value(violation, 1), "questions in flight");
  EXPECT_EQ(Value(violation, 2), "at most 1");
  const std::string delay = Value(Detail(status.error_details(), "RetryInfo"), 1);
  EXPECT_EQ(Number(delay, 1), 0u);
  EXPECT_EQ(Number(delay, 2), 500'000'000u);
}

TEST(ErrorDetails, OfAStreamCarryTheReasonToo) {
  ServedHouse house;
  v1::AskRequest request;
  request.mutable_overrides()->set_temperature(9);
  grpc::ClientContext context;
  const auto stream = house.attune->StreamAsk(&context, request);
  v1::StreamAskResponse chunk;
  EXPECT_FALSE(stream->Read(&chunk));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(Value(Detail(status.error_details(), "ErrorInfo"), 1), "BAD_PARAMETER");
}

TEST(ErrorDetails, AStatusWithoutAReasonGetsItsCodeAsOne) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  for (const absl::Status& status : {absl::InternalError("odd"), absl::CancelledError(), absl::DataLossError("lost")}) {
    const grpc::Status sent = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(sent.error_code()), static_cast<int>(status.code()));
    const std::string info = Detail(sent.error_details(), "ErrorInfo");
    EXPECT_EQ(Value(info, 1), absl::StatusCodeToString(status.code()));
    EXPECT_EQ(Value(info, 2), "attune");
  }
}

// gRPC takes 8 KiB of trailers: whatever the caller sent, the error must still arrive.
TEST(ErrorDetails, ArriveWhateverTheCallerSent) {
  ServedHouse house;
  const std::string huge(100'000, 'x');
  const std::string umlauts = [] {
    std::string text;
    while (text.size() < 30'000) text += "ü\n";
    return text;
  }();
  for (const std::string& text : {huge, umlauts}) {
    v1::AskRequest ask;
    ask.set_input("hi");
    (*ask.mutable_variables())[text] = "v";
    v1::AskResponse answer;
    grpc::ClientContext first;
    EXPECT_EQ(ReasonOf(house.attune->Ask(&first, ask, &answer)), "UNDECLARED_VARIABLE");

    v1::GetInteractionRequest interaction;
    interaction.set_id(text);
    v1::Interaction found;
    grpc::ClientContext second;
    EXPECT_EQ(ReasonOf(house.insights->GetInteraction(&second, interaction, &found)), "INTERACTION_NOT_FOUND");

    v1::GetEvaluationRequest evaluation;
    evaluation.set_id(text);
    v1::GetEvaluationResponse stored;
    grpc::ClientContext third;
    EXPECT_EQ(ReasonOf(house.evaluations->GetEvaluation(&third, evaluation, &stored)), "EVALUATION_NOT_FOUND");

    ask.clear_variables();
    ask.mutable_overrides()->set_model("fake/" + text);
    ask.add_history()->set_role(text);
    grpc::ClientContext fourth;
    EXPECT_NE(ReasonOf(house.attune->Ask(&fourth, ask, &answer)), "");
  }
}

}  // namespace
}  // namespace attune

// Bytes that are no request, or too many of them.
#include "tests/transport/raw_call.h"
#include "tests/transport/served_house.h"

namespace attune {
namespace {

constexpr int64_t kServerLimit = 64 << 20;  // of one message

std::string Update(size_t example_bytes, int count) {
  v1::UpdateDatasetRequest request;
  for (int i = 0; i < count; ++i) {
    v1::Example* example = request.add_mutations()->mutable_upsert();
    example->set_id(StrCat("e", i));
    example->set_input("question");
    example->set_output(std::string(example_bytes, 'x'));
  }
  return request.SerializeAsString();
}

TEST(Wire, AMessageUpToTheLimitIsTakenWhole) {
  ServedHouse house;
  const std::string bytes = Update(1 << 20, 60);
  ASSERT_LT(static_cast<int64_t>(bytes.size()), kServerLimit);
  const RawAnswer answer = CallRaw(house.channel, "attune.v1.Attune/UpdateDataset", {bytes});
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  v1::UpdateDatasetResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.messages.at(0)));
  EXPECT_EQ(response.added(), 60);
}

TEST(Wire, AMessageOverTheLimitIsRefusedAndTheServerGoesOn) {
  ServedHouse house;
  const int64_t revision = house.catalog_cell.Get()->revision;
  const std::string bytes = Update(1 << 20, 65);
  ASSERT_GT(static_cast<int64_t>(bytes.size()), kServerLimit);
  const RawAnswer answer = CallRaw(house.channel, "attune.v1.Attune/UpdateDataset", {bytes});
  EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << answer.status.error_message();
  v1::AskResponse response;
  EXPECT_TRUE(house.Ask("hi", &response).ok());
  EXPECT_EQ(house.catalog_cell.Get()->revision, revision);
}

TEST(Wire, AFieldOverItsLimitIsNamed) {
  ServedHouse house;
  v1::AskResponse response;
  const grpc::Status status = house.Ask(std::string((1 << 20) + 1, 'x'), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "TOO_LARGE");
  const auto bad = DetailOf<v1::BadRequest>(status, "BadRequest");
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "input");
}

// Not UTF-8 where text must be, or not a message at all: protobuf refuses it before we see it, for every kind of RPC.
TEST(Wire, WhatIsNoRequestIsAnErrorAndTheServerGoesOn) {
  const std::string not_utf8 = "\x0a\x02\xC3\x28";  // field 1, two bytes
  const std::string cut =
      "\x0a\x7f"
      "abc";
  ServedHouse house;
  const int64_t revision = house.catalog_cell.Get()->revision;
  for (const std::string& bytes : {not_utf8, cut, std::string(10, '\xff')}) {
    for (const char* method : {"Attune/Ask", "Attune/StreamAsk", "Attune/Evaluate", "Attune/UpdateDataset",
                               "Attune/RecordFeedback", "Catalog/GetPrompt", "Catalog/ImportDataset",
                               "Catalog/ExportDataset", "Evaluations/GetEvaluation", "Insights/GetInteraction"}) {
      const RawAnswer answer = CallRaw(house.channel, StrCat("attune.v1.", method), {bytes});
      EXPECT_FALSE(answer.status.ok()) << method;
      EXPECT_TRUE(answer.messages.empty()) << method;
    }
  }
  EXPECT_EQ(house.provider.calls(), 0u);
  EXPECT_EQ(house.catalog_cell.Get()->revision, revision);
  v1::AskResponse response;
  EXPECT_TRUE(house.Ask("hi", &response).ok());
}

TEST(Wire, FieldsOfLaterVersionsAreIgnored) {
  ServedHouse house;
  const std::string unknown = "\xfa\x3f\x03new";  // field 1023
  const RawAnswer answer = CallRaw(house.channel, "attune.v1.Catalog/GetPrompt",
                                   {BytesOf("attune.v1.GetPromptRequest", "prompt: 'default'") + unknown});
  EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
}

TEST(Wire, AnUnknownMethodIsUnimplemented) {
  ServedHouse house;
  for (const char* method : {"attune.v1.Attune/Nope", "attune.v9.Attune/Ask"}) {
    EXPECT_EQ(CallRaw(house.channel, method, {""}).status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << method;
  }
}

}  // namespace
}  // namespace attune

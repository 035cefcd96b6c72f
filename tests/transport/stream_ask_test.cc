#include "tests/transport/served_house.h"

namespace attune {
namespace {

v1::AskRequest Question(const std::string& input) {
  v1::AskRequest request;
  request.set_input(input);
  return request;
}

TEST(StreamAsk, StartsWithTheProvenanceThenTextThenTheEnd) {
  ServedHouse house(std::make_unique<FakeProvider>("one two three"));
  grpc::ClientContext context;
  const auto stream = house.attune->StreamAsk(&context, Question("hi"));
  std::vector<v1::StreamAskResponse> chunks;
  for (v1::StreamAskResponse chunk; stream->Read(&chunk);) chunks.push_back(chunk);
  ASSERT_TRUE(stream->Finish().ok());
  ASSERT_GE(chunks.size(), 3u);
  ASSERT_TRUE(chunks.front().has_start());
  EXPECT_EQ(chunks.front().start().provenance().prompt(), "default");
  EXPECT_EQ(chunks.front().start().model(), "fake/any");
  EXPECT_FALSE(chunks.front().start().interaction_id().empty());
  ASSERT_TRUE(chunks.back().has_end());
  EXPECT_EQ(chunks.back().end().finish_reason(), v1::STOP);
  EXPECT_TRUE(chunks.back().end().usage().reported());
  std::string text;
  for (size_t i = 1; i + 1 < chunks.size(); ++i) {
    EXPECT_FALSE(chunks[i].text_delta().empty());
    text += chunks[i].text_delta();
  }
  EXPECT_EQ(text, "one two three");
}

TEST(StreamAsk, BringsTextBeforeTheAnswerIsWhole) {
  ServedHouse house(std::make_unique<FakeProvider>("one two three"));
  house.provider.Hold(1);
  grpc::ClientContext context;
  const auto stream = house.attune->StreamAsk(&context, Question("hi"));
  v1::StreamAskResponse chunk;
  ASSERT_TRUE(stream->Read(&chunk));
  EXPECT_TRUE(chunk.has_start());
  ASSERT_TRUE(stream->Read(&chunk));
  EXPECT_EQ(chunk.text_delta(), "one");
  house.provider.Release();
  while (stream->Read(&chunk)) continue;
  EXPECT_TRUE(chunk.has_end());
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(StreamAsk, ThatFailsHasNoEndAndSaysWhy) {
  ServedHouse house(std::make_unique<FakeProvider>([](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down").RetryAfter(absl::Seconds(2));
  }));
  grpc::ClientContext context;
  const auto stream = house.attune->StreamAsk(&context, Question("hi"));
  v1::StreamAskResponse chunk;
  ASSERT_TRUE(stream->Read(&chunk));
  EXPECT_TRUE(chunk.has_start());
  EXPECT_FALSE(stream->Read(&chunk));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(DetailOf<v1::RetryInfo>(status, "RetryInfo").retry_delay().seconds(), 2);
}

}  // namespace
}  // namespace attune

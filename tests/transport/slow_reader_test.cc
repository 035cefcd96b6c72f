// Readers slower than the server: memory stays bounded, and nothing that was promised is lost.
#include <set>

#include "evaluate/run.h"
#include "tests/transport/served_house.h"
#include "transport/stream_writer.h"

namespace attune {
namespace {

std::unique_ptr<FakeProvider> LongAnswers(size_t words, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < words; ++i) text += std::string(bytes - 1, 'x') + " ";
  return std::make_unique<FakeProvider>(text);
}

TEST(SlowReader, OfAnAnswerThatIsTooLongIsToldSo) {
  ServedHouse house(LongAnswers(64, 1 << 20));
  v1::AskRequest request;
  request.set_input("hi");
  grpc::ClientContext context;
  const auto stream = house.attune->StreamAsk(&context, request);
  // Nothing is read until the server has given up.
  v1::GetStatusResponse now;
  do {
    grpc::ClientContext other;
    ASSERT_TRUE(house.insights->GetStatus(&other, v1::GetStatusRequest(), &now).ok());
  } while (now.asks() == 0 || now.asks_in_flight() > 0);
  size_t bytes = 0;
  bool ended = false;
  for (v1::StreamAskResponse chunk; stream->Read(&chunk);) {
    bytes += chunk.text_delta().size();
    ended = ended || chunk.has_end();
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "SLOW_READER");
  EXPECT_FALSE(ended);
  EXPECT_LT(bytes, 3 * kMaxQueuedStreamBytes);  // of 64 MiB: what waited here, and the message that gRPC had taken
}

TEST(SlowReader, OfAnEvaluationMakesItWait) {
  constexpr size_t kCalls = 1'000;
  constexpr size_t kBytes = 64 << 10;
  ServedHouse house(LongAnswers(1, kBytes));
  v1::EvaluateRequest request;
  for (size_t i = 0; i < kCalls; ++i) request.add_cases()->set_input(StrCat("q", i));
  grpc::ClientContext context;
  const auto stream = house.attune->Evaluate(&context, request);
  v1::EvaluateResponse event;
  ASSERT_TRUE(stream->Read(&event));

  // The run has stopped by itself when nothing moves through many round trips to the same server.
  size_t calls = 0;
  for (int still = 0; still < 500 && calls < kCalls; still = house.provider.calls() == calls ? still + 1 : 0) {
    calls = house.provider.calls();
    v1::AskRequest refused;
    refused.set_at_revision(-1);
    grpc::ClientContext other;
    v1::AskResponse response;
    house.attune->Ask(&other, refused, &response);
  }
  EXPECT_LT(calls * kBytes, 4 * kMaxUnsentBytes + (8 << 20)) << "the server did not wait for its reader";

  std::set<std::string> cases;
  while (stream->Read(&event)) {
    if (event.has_result()) cases.insert(event.result().case_id());
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(cases.size(), kCalls);
  EXPECT_EQ(event.report().state(), v1::SUCCEEDED);
}

TEST(SlowReader, OfAnExportGetsEveryByte) {
  ServedHouse house;
  v1::UpdateDatasetRequest update;
  for (int i = 0; i < 400; ++i) {
    v1::Example* example = update.add_mutations()->mutable_upsert();
    example->set_id(StrCat("e", i));
    example->set_input(StrCat("question ", i));
    example->set_output(std::string(32 << 10, 'x'));
  }
  grpc::ClientContext first;
  v1::UpdateDatasetResponse updated;
  ASSERT_TRUE(house.attune->UpdateDataset(&first, update, &updated).ok());

  v1::ExportDatasetRequest request;
  grpc::ClientContext context;
  const auto stream = house.catalog->ExportDataset(&context, request);
  v1::AskResponse answer;
  ASSERT_TRUE(house.Ask("the server goes on meanwhile", &answer).ok());
  std::string file;
  for (v1::ExportDatasetResponse piece; stream->Read(&piece);) file += piece.data();
  ASSERT_TRUE(stream->Finish().ok());
  EXPECT_EQ(std::count(file.begin(), file.end(), '\n'), 400);
  EXPECT_GT(file.size(), 400u * (32 << 10));
}

}  // namespace
}  // namespace attune

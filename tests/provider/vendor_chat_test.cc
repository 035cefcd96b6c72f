// Every vendor over real sockets, against a server that splits, stalls, cuts and throttles.
#include "provider/vendor_chat.h"

#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "tests/provider/vendor_fixture.h"

namespace attune {
namespace {

using absl::StatusCode;

class VendorChatTest : public VendorTest {};

TEST_P(VendorChatTest, AnswersPlain) {
  server_.Add(WholeResponse(200, Answer()));
  const AnswerOr answer = Call();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "four");
  EXPECT_EQ(answer->model, "m-1");
  const RecordedRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1" + GetParam().whole_target);
  EXPECT_EQ(request.headers.at(GetParam().key_header), GetParam().key_prefix + "sk-test-key");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("accept"), "*/*");
  EXPECT_EQ(request.headers.at("accept-encoding"), "identity");
  EXPECT_EQ(request.headers.at("x-extra"), "1");
  EXPECT_EQ(request.body, GetParam().body);
}

TEST_P(VendorChatTest, ASlashAtTheEndOfTheBaseUrlIsNoPartOfIt) {
  server_.Add(EventStream({Stream()}));
  ASSERT_TRUE(Generate(pool_, *NewProvider(server_.url("/v1/")), Ask("q"), &sink_).ok());
  EXPECT_EQ(server_.requests().at(0).target, "/v1" + GetParam().stream_target);
}

TEST_P(VendorChatTest, StreamsWhateverTheFraming) {
  const std::string stream = Stream();
  std::vector<std::string> bytes;
  for (const char byte : stream) bytes.push_back(std::string(1, byte));
  for (const ServerScript& script : {EventStream({stream}), EventStream(bytes), EventStreamUntilClose({stream}),
                                     EventStreamUntilClose(bytes), WholeResponse(200, stream, "text/plain")}) {
    KeepingTextSink sink;
    server_.Add(script);
    const AnswerOr answer = Call(&sink);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->text, "f\u00f6ur");
    EXPECT_EQ(sink.text(), "f\u00f6ur");
    EXPECT_EQ(answer->finish_reason, FinishReason::kStop);
    EXPECT_EQ(answer->usage.input_tokens, 10);
  }
}

TEST_P(VendorChatTest, HandsTextOverBeforeTheAnswerEnds) {
  Gate gate;
  const std::string stream = Stream();
  server_.Add(ServerScript()
                  .Head(200, {"Content-Type: text/event-stream", "Transfer-Encoding: chunked"})
                  .Chunk(FirstWords())
                  .Pass(gate)
                  .Chunk(stream)
                  .LastChunk());
  sink_.on_text = [gate]() mutable { gate.Open(); };  // the server goes on only once text has come
  ASSERT_TRUE(Call(&sink_).ok());
}

TEST_P(VendorChatTest, KeepsTheConnectionAfterAStream) {
  for (int i = 0; i < 5; ++i) {
    server_.Add(EventStream({Stream()}));
    ASSERT_TRUE(Call(&sink_).ok());
  }
  EXPECT_LE(server_.connections(), pool_.size());
}

TEST_P(VendorChatTest, TheEndMarkEndsTheCallEvenIfTheServerDoesNot) {
  if (!GetParam().has_end_mark) options_.idle_timeout = absl::Milliseconds(100);
  server_.Add(ServerScript().Head(200, kChunked).Chunk(Stream()).Stall());
  const AnswerOr answer = Call(&sink_);
  if (!GetParam().has_end_mark) {  // only the end of the response tells that it is whole
    EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_CUT");
    return;
  }
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "f\u00f6ur");
  EXPECT_TRUE(server_.WaitForAborted(1));
}

struct Cut {
  const char* name;
  ServerScript script;
  const char* reason;
  const char* text;
};

TEST_P(VendorChatTest, ACutStreamIsAnErrorThatComesAfterItsText) {
  const std::vector<Cut> cuts = {
      {"body ends", EventStream({FirstWords()}), "PROVIDER_CUT", "first words"},
      {"connection ends", EventStreamUntilClose({FirstWords()}), "PROVIDER_CUT", "first words"},
      {"connection breaks", ServerScript().Head(200, kChunked).Chunk(FirstWords()).Close(), "PROVIDER_CUT",
       "first words"},
      {"reset", ServerScript().Head(200, kChunked).Chunk(FirstWords()).Reset(), "PROVIDER_CUT", nullptr},
      {"before any text", ServerScript().Head(200, kChunked).Close(), "PROVIDER_CUT", ""},
      {"before the head", ServerScript().Close(), "PROVIDER_UNAVAILABLE", ""},
      {"garbage", EventStream({FirstWords(), "data: <<<\n\n"}), "PROVIDER_GARBAGE", "first words"},
      {"error", EventStream({FirstWords(), GetParam().error_event}), "PROVIDER_UNAVAILABLE", "first words"},
      {"500", WholeResponse(500, "{\"error\":{\"message\":\"m\"}}"), "PROVIDER_UNAVAILABLE", ""},
      {"500 cut", ServerScript().Head(500, {"Content-Length: 100"}).Send("{").Close(), "PROVIDER_UNAVAILABLE", ""},
      {"no HTTP", ServerScript().Send("hello\r\n\r\n").Close(), "PROVIDER_GARBAGE", ""},
  };
  for (const Cut& cut : cuts) {
    KeepingTextSink sink;
    server_.Add(cut.script);
    const AnswerOr answer = Call(&sink);
    EXPECT_EQ(ErrorReason(answer.status()), cut.reason) << cut.name << ": " << answer.status();
    if (cut.text == nullptr) continue;  // a reset may overtake the text
    EXPECT_EQ(sink.text(), cut.text) << cut.name;
  }
}

TEST_P(VendorChatTest, APlainAnswerCutShortIsAnError) {
  server_.Add(ServerScript().Head(200, {"Content-Length: 1000"}).Send(Answer()).Close());
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_CUT");
}

TEST_P(VendorChatTest, TheDeadlineBoundsEveryStall) {
  for (const ServerScript& stall : {ServerScript().Stall(), ServerScript().Head(200, kChunked).Stall(),
                                    ServerScript().Head(200, kChunked).Chunk(FirstWords()).Stall(),
                                    ServerScript().Head(500, {"Content-Length: 9"}).Stall()}) {
    server_.Add(stall);
    const absl::Time start = absl::Now();
    const AnswerOr answer = Call(&sink_, absl::Milliseconds(100));
    EXPECT_EQ(answer.status().code(), StatusCode::kDeadlineExceeded) << answer.status();
    EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_DEADLINE");
    EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  }
  EXPECT_TRUE(server_.WaitForAborted(4));
}

TEST_P(VendorChatTest, ASilentProviderIsUnavailableOrCuts) {
  options_.idle_timeout = absl::Milliseconds(100);
  server_.Add(ServerScript().Stall());
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_UNAVAILABLE");
  server_.Add(ServerScript().Head(200, kChunked).Chunk(FirstWords()).Stall());
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_CUT");
}

TEST_P(VendorChatTest, AnAttemptThatTakesTooLongLeavesTimeForAnother) {
  options_.attempt_timeout = absl::Milliseconds(100);
  server_.Add(ServerScript().Stall());
  const absl::Status silent = Call(&sink_).status();
  EXPECT_EQ(ErrorReason(silent), "PROVIDER_UNAVAILABLE") << silent;
  EXPECT_TRUE(RetryDelay(silent).has_value());
  server_.Add(ServerScript().Head(200, kChunked).Chunk(FirstWords()).Stall());
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_CUT");
  server_.Add(ServerScript().Stall());
  options_.attempt_timeout = absl::Hours(1);
  EXPECT_EQ(ErrorReason(Call(&sink_, absl::Milliseconds(100)).status()), "PROVIDER_DEADLINE");
}

// Some servers send a finish reason with every piece, so it alone does not make an answer whole.
TEST_P(VendorChatTest, AFinishReasonDoesNotMakeUpForABrokenEnd) {
  options_.attempt_timeout = absl::Milliseconds(200);
  std::vector<std::string> events = GetParam().stream({"part"}, Ending::kStop);
  if (GetParam().has_end_mark) events.pop_back();
  const ServerScript begun = ServerScript().Head(200, kChunked).Chunk(Join(events));
  for (ServerScript script : {ServerScript(begun).Stall(), ServerScript(begun).Reset(), ServerScript(begun).Close()}) {
    server_.Add(std::move(script));
    EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_CUT");
  }
}

TEST_P(VendorChatTest, AStreamWhoseFirstTextIsLateIsGivenUp) {
  const std::unique_ptr<Provider> provider = NewProvider(server_.url());
  ModelRequest request = Ask("2+2?");
  request.first_text_by = absl::Now();
  for (ServerScript script :
       {ServerScript().Stall(), ServerScript().Head(200, kChunked).Chunk(": hello\n\n").Stall()}) {
    server_.Add(std::move(script));
    const absl::Status status = Generate(pool_, *provider, request, &sink_).status();
    EXPECT_EQ(ErrorReason(status), "PROVIDER_DEADLINE") << status;
    EXPECT_FALSE(IsVendorsFault(status)) << "the caller was in a hurry";
  }
  EXPECT_TRUE(server_.WaitForAborted(2));
  EXPECT_EQ(sink_.text(), "");
}

TEST_P(VendorChatTest, TheSinksErrorStopsTheAnswer) {
  server_.Add(ServerScript().Head(200, kChunked).Chunk(FirstWords()).Stall());
  sink_.result = absl::AbortedError("the caller is full");
  EXPECT_EQ(Call(&sink_).status(), absl::AbortedError("the caller is full"));
  EXPECT_TRUE(server_.WaitForAborted(1));
}

TEST_P(VendorChatTest, NoErrorHoldsTheKey) {
  for (const int status : {400, 401, 403, 429, 500}) {
    server_.Add(WholeResponse(status, R"({"error":{"message":"Incorrect API key provided: sk-test-key"}})"));
    const absl::Status failed = Call().status();
    EXPECT_FALSE(failed.ok());
    EXPECT_EQ(failed.ToString().find("sk-test-key"), std::string::npos);
  }
}

TEST_P(VendorChatTest, ReadsAVeryLongAnswer) {
  const std::string text(10 << 20, 'a');
  server_.Add(WholeResponse(200, GetParam().whole(text, Ending::kStop)));
  const AnswerOr answer = Call();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->text == text);
}

TEST_P(VendorChatTest, RefusesAnEndlessAnswer) {
  options_.max_answer_bytes = 10'000;
  server_.Add(EventStream({std::string(20'000, 'x')}));
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_GARBAGE");
}

TEST_P(VendorChatTest, RefusesASchemaThatWouldSpoilTheBody) {
  ModelRequest request = Ask("q");
  request.response_schema = "{} , \"n\": 9";
  EXPECT_EQ(ErrorReason(Generate(pool_, *NewProvider(server_.url()), request).status()), "BAD_RESPONSE_SCHEMA");
  EXPECT_EQ(server_.requests().size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(All, VendorChatTest, testing::ValuesIn(AllVendors()),
                         [](const auto& vendor) { return vendor.param.name; });

}  // namespace
}  // namespace attune

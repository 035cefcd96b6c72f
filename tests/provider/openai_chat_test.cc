// Chat completions over real sockets, against a server that splits, stalls, cuts and throttles.
#include "provider/openai_chat.h"

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using absl::StatusCode;

constexpr char kAnswer[] = R"({"model":"m-1","choices":[{"message":{"content":"four"},"finish_reason":"stop"}]})";
constexpr char kStream[] =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    ": keep-alive\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"f\u00f6\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ur\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n"
    "data: [DONE]\n\n";
constexpr char kFirstWords[] = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first words\"}}]}\n\n";

class OpenAiChatTest : public testing::Test {
 protected:
  OpenAiOptions Options() {
    OpenAiOptions options = OpenAiOptionsFor(server_.url(), "sk-test-key");
    options.extra_headers = {"X-Extra: 1"};
    options.idle_timeout = idle_timeout_;
    return options;
  }
  AnswerOr Call(TextSink* sink = nullptr, absl::Duration within = absl::Seconds(30)) {
    OpenAiChat openai(Options(), client_);
    ModelRequest request = Ask("2+2?");
    request.deadline = absl::Now() + within;
    return Generate(pool_, openai, request, sink);
  }

  ScriptedHttpServer server_;
  IoPool pool_{2};
  CurlClient client_{pool_};
  absl::Duration idle_timeout_ = absl::Seconds(30);
  KeepingTextSink sink_;
};

TEST_F(OpenAiChatTest, AnswersPlain) {
  server_.Add(WholeResponse(200, kAnswer));
  const AnswerOr answer = Call();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "four");
  EXPECT_EQ(answer->model, "m-1");
  const RecordedRequest request = server_.requests().at(0);
  EXPECT_EQ(request.target, "/v1/chat/completions");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer sk-test-key");
  EXPECT_EQ(request.headers.at("x-extra"), "1");
  EXPECT_EQ(request.body, R"({"model":"m","messages":[{"role":"user","content":"2+2?"}]})");
}

TEST_F(OpenAiChatTest, WithoutAKeySendsNone) {
  server_.Add(WholeResponse(200, kAnswer));
  OpenAiChat openai(OpenAiOptionsFor(server_.url("/v1/"), ""), client_);
  ASSERT_TRUE(Generate(pool_, openai, Ask("q")).ok());
  EXPECT_EQ(server_.requests().at(0).headers.count("authorization"), 0u);
  EXPECT_EQ(server_.requests().at(0).target, "/v1/chat/completions");
}

TEST_F(OpenAiChatTest, StreamsWhateverTheFraming) {
  const std::string stream = kStream;
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
    EXPECT_EQ(answer->usage.input_tokens, 3);
  }
}

TEST_F(OpenAiChatTest, HandsTextOverBeforeTheAnswerEnds) {
  Gate gate;
  const std::string stream = kStream;
  server_.Add(ServerScript()
                  .Head(200, {"Content-Type: text/event-stream", "Transfer-Encoding: chunked"})
                  .Chunk(stream.substr(0, 200))
                  .Pass(gate)
                  .Chunk(stream.substr(200))
                  .LastChunk());
  sink_.on_text = [gate]() mutable { gate.Open(); };  // the server goes on only once text has come
  ASSERT_TRUE(Call(&sink_).ok());
}

TEST_F(OpenAiChatTest, KeepsTheConnectionAfterAStream) {
  for (int i = 0; i < 5; ++i) {
    server_.Add(EventStream({kStream}));
    ASSERT_TRUE(Call(&sink_).ok());
  }
  EXPECT_LE(server_.connections(), pool_.size());
}

TEST_F(OpenAiChatTest, AWholeStreamEndsTheCallEvenIfTheServerDoesNot) {
  server_.Add(ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(kStream).Stall());
  const AnswerOr answer = Call(&sink_);
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

TEST_F(OpenAiChatTest, ACutStreamIsAnErrorThatComesAfterItsText) {
  const std::vector<std::string> chunked = {"Transfer-Encoding: chunked"};
  const std::vector<Cut> cuts = {
      {"body ends", EventStream({kFirstWords}), "PROVIDER_CUT", "first words"},
      {"connection ends", EventStreamUntilClose({kFirstWords}), "PROVIDER_CUT", "first words"},
      {"connection breaks", ServerScript().Head(200, chunked).Chunk(kFirstWords).Close(), "PROVIDER_CUT",
       "first words"},
      {"reset", ServerScript().Head(200, chunked).Chunk(kFirstWords).Reset(), "PROVIDER_CUT", nullptr},
      {"before any text", ServerScript().Head(200, chunked).Close(), "PROVIDER_CUT", ""},
      {"before the head", ServerScript().Close(), "PROVIDER_UNAVAILABLE", ""},
      {"garbage", EventStream({kFirstWords, "data: <<<\n\n"}), "PROVIDER_GARBAGE", "first words"},
      {"error", EventStream({kFirstWords, "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"}),
       "PROVIDER_UNAVAILABLE", "first words"},
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

TEST_F(OpenAiChatTest, APlainAnswerCutShortIsAnError) {
  server_.Add(ServerScript().Head(200, {"Content-Length: 1000"}).Send(kAnswer).Close());
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_CUT");
}

TEST_F(OpenAiChatTest, TheDeadlineBoundsEveryStall) {
  for (const ServerScript& stall :
       {ServerScript().Stall(), ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Stall(),
        ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(kFirstWords).Stall(),
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

TEST_F(OpenAiChatTest, ASilentProviderIsUnavailableOrCuts) {
  idle_timeout_ = absl::Milliseconds(100);
  server_.Add(ServerScript().Stall());
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_UNAVAILABLE");
  server_.Add(ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(kFirstWords).Stall());
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_CUT");
}

TEST_F(OpenAiChatTest, TheSinksErrorStopsTheAnswer) {
  server_.Add(ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(kFirstWords).Stall());
  sink_.result = absl::AbortedError("the caller is full");
  EXPECT_EQ(Call(&sink_).status(), absl::AbortedError("the caller is full"));
  EXPECT_TRUE(server_.WaitForAborted(1));
}

TEST_F(OpenAiChatTest, CancellingReachesTheSocketInEveryPhase) {
  for (const bool streaming : {false, true}) {
    ScriptedHttpServer server;
    server.Add(streaming ? ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(kFirstWords).Stall()
                         : ServerScript().Stall());
    OpenAiChat openai(OpenAiOptionsFor(server.url(), "k"), client_);
    const ModelRequest request = Ask("q");
    KeepingTextSink sink;
    std::promise<void> text_came;
    sink.on_text = [&] { text_came.set_value(); };
    Running<AnswerOr> call(pool_, [&] { return openai.Generate(request, &sink); });
    ASSERT_TRUE(server.WaitForRequests(1));
    if (streaming) text_came.get_future().wait();
    call.Cancel();
    EXPECT_EQ(call.Wait().status().code(), StatusCode::kCancelled);
    EXPECT_EQ(sink.text(), streaming ? "first words" : "");
    EXPECT_TRUE(server.WaitForAborted(1));
  }
}

TEST_F(OpenAiChatTest, NoErrorHoldsTheKey) {
  for (const int status : {400, 401, 403, 429, 500}) {
    server_.Add(WholeResponse(status, R"({"error":{"message":"Incorrect API key provided: sk-test-key"}})"));
    const absl::Status failed = Call().status();
    EXPECT_FALSE(failed.ok());
    EXPECT_EQ(failed.ToString().find("sk-test-key"), std::string::npos);
  }
}

TEST_F(OpenAiChatTest, ReadsAVeryLongAnswer) {
  const std::string text(10 << 20, 'a');
  server_.Add(WholeResponse(200, R"({"choices":[{"message":{"content":")" + text + R"("}}]})"));
  const AnswerOr answer = Call();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->text == text);
}

TEST_F(OpenAiChatTest, RefusesAnEndlessAnswer) {
  OpenAiOptions options = Options();
  options.max_answer_bytes = 10'000;
  OpenAiChat openai(options, client_);
  server_.Add(EventStream({std::string(20'000, 'x')}));
  EXPECT_EQ(ErrorReason(Generate(pool_, openai, Ask("q"), &sink_).status()), "PROVIDER_GARBAGE");
}

}  // namespace
}  // namespace attune

// A provider that stalls, cuts, lies or goes away, seen by a caller of the real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/scripted_http_server.h"

namespace attune {
namespace {

using grpc::StatusCode;

constexpr char kStreamHead[] = R"(data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Half an "}}]})"
                               "\n\n";

class ProviderFailures : public testing::Test {
 protected:
  ProviderFailures()
      : server_({"--memory", "--default-model", "openai/some-model"},
                {{"OPENAI_BASE_URL", vendor_.url()},
                 {"OPENAI_API_KEY", "secret-key-1234"},
                 // The address sanitizer keeps 256 MiB of freed memory by itself, which would look like a leak.
                 {"ASAN_OPTIONS", "quarantine_size_mb=4"}}) {
    EXPECT_TRUE(server_.running()) << server_.output();
    attune_ = Connect<v1::Attune>(server_.address());
  }

  grpc::Status Ask(int deadline_ms) {
    v1::AskRequest request;
    request.set_input("What?");
    v1::AskResponse response;
    grpc::ClientContext context;
    SetDeadline(context, deadline_ms);
    return attune_->Ask(&context, request, &response);
  }

  // The text that came before the end of the stream goes to `text`.
  grpc::Status Stream(int deadline_ms, std::string& text) {
    v1::AskRequest request;
    request.set_input("What?");
    grpc::ClientContext context;
    SetDeadline(context, deadline_ms);
    auto stream = attune_->StreamAsk(&context, request);
    for (v1::StreamAskResponse chunk; stream->Read(&chunk);) text += chunk.text_delta();
    return stream->Finish();
  }

  ScriptedHttpServer vendor_;
  AttunedProcess server_;
  std::unique_ptr<v1::Attune::Stub> attune_;
};

struct Failure {
  std::string name;
  std::function<ServerScript()> script;
  StatusCode code;
  std::string reason;
};

TEST_F(ProviderFailures, EachGivesTheRightStatus) {
  const std::vector<Failure> failures = {
      {"500", [] { return WholeResponse(500, R"({"error":{"message":"boom"}})"); }, StatusCode::UNAVAILABLE,
       "PROVIDER_UNAVAILABLE"},
      {"html 502", [] { return WholeResponse(502, "<html>bad gateway</html>", "text/html"); }, StatusCode::UNAVAILABLE,
       "PROVIDER_UNAVAILABLE"},
      {"429", [] { return WholeResponse(429, R"({"error":{"code":"rate_limit_exceeded","message":"slow"}})"); },
       StatusCode::RESOURCE_EXHAUSTED, "PROVIDER_RATE_LIMIT"},
      {"quota", [] { return WholeResponse(429, R"({"error":{"code":"insufficient_quota","message":"pay"}})"); },
       StatusCode::RESOURCE_EXHAUSTED, "PROVIDER_QUOTA"},
      {"key", [] { return WholeResponse(401, R"({"error":{"message":"bad key secret-key-1234"}})"); },
       StatusCode::FAILED_PRECONDITION, "PROVIDER_KEY_REFUSED"},
      {"model", [] { return WholeResponse(404, R"({"error":{"message":"no such model"}})"); }, StatusCode::NOT_FOUND,
       "MODEL_NOT_FOUND"},
      {"parameter",
       [] {
         return WholeResponse(400, R"({"error":{"message":"no","param":"temperature","code":"unsupported_value"}})");
       },
       StatusCode::INVALID_ARGUMENT, "MODEL_REFUSED_PARAMETER"},
      {"garbage", [] { return WholeResponse(200, "\x01\x02 not json"); }, StatusCode::INTERNAL, "PROVIDER_GARBAGE"},
      {"empty", [] { return WholeResponse(200, ""); }, StatusCode::INTERNAL, "PROVIDER_GARBAGE"},
      {"cut body", [] { return ServerScript().Send("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"cho").Close(); },
       StatusCode::UNAVAILABLE, "PROVIDER_CUT"},
  };
  for (const Failure& failure : failures) {
    vendor_.Always([&](const RecordedRequest&) { return failure.script(); });
    const grpc::Status status = Ask(10'000);
    EXPECT_EQ(status.error_code(), failure.code) << failure.name << ": " << status.error_message();
    EXPECT_EQ(InfoOf(status).reason(), failure.reason) << failure.name;
    EXPECT_EQ(status.error_message().find("secret-key-1234"), std::string::npos) << "the key leaked";
  }
}

TEST_F(ProviderFailures, AStallEndsAtTheCallersDeadlineAndClosesTheProvidersSocket) {
  vendor_.Always([](const RecordedRequest&) { return ServerScript().Stall(); });
  EXPECT_EQ(Ask(300).error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(vendor_.WaitForOpenConnections(0));
}

TEST_F(ProviderFailures, ACutStreamIsAnErrorThatMarksThePartialText) {
  vendor_.Always([](const RecordedRequest&) { return EventStreamUntilClose({kStreamHead}); });
  std::string text;
  const grpc::Status status = Stream(10'000, text);
  EXPECT_EQ(text, "Half an ");
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).reason(), "PROVIDER_CUT");
  EXPECT_EQ(InfoOf(status).metadata().at("partial_text"), "Half an ");
}

TEST_F(ProviderFailures, AThousandCancelledCallsLeaveNoSocketAndNoMemory) {
  vendor_.Always([](const RecordedRequest&) {
    return ServerScript()
        .Head(200, {"content-type: text/event-stream", "transfer-encoding: chunked"})
        .Chunk(kStreamHead)
        .Stall();
  });
  const auto cancel_some = [&](int count) {
    std::vector<std::thread> callers;
    for (int i = 0; i < 10; ++i) {
      callers.emplace_back([&, count] {
        for (int n = 0; n < count / 10; ++n) {
          v1::AskRequest request;
          request.set_input("What?");
          grpc::ClientContext context;
          auto stream = attune_->StreamAsk(&context, request);
          v1::StreamAskResponse chunk;
          while (stream->Read(&chunk) && !chunk.has_text_delta()) {
          }
          context.TryCancel();
          while (stream->Read(&chunk)) {
          }
          EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
    ASSERT_TRUE(vendor_.WaitForOpenConnections(0)) << vendor_.open_connections() << " connections stay open";
  };
  ASSERT_NO_FATAL_FAILURE(cancel_some(1000));
  const int64_t before = server_.ResidentBytes();
  const int sockets = server_.OpenSockets();
  ASSERT_NO_FATAL_FAILURE(cancel_some(1000));
  EXPECT_LE(server_.OpenSockets(), sockets);
  EXPECT_LT(server_.ResidentBytes() - before, 16 << 20);  // a leak of 16 KiB a call would show
  EXPECT_EQ(server_.Stop(SIGTERM), 0);
}

}  // namespace
}  // namespace attune

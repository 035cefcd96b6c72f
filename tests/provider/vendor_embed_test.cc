// Every vendor's embeddings over real sockets, against a server that stalls, cuts, throttles and lies.
#include "provider/vendor_embed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "http/curl_client.h"
#include "provider/batch_embedder.h"
#include "provider/retry_embedder.h"
#include "provider/vendor_errors.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/embed_wire.h"

namespace attune {
namespace {

using absl::StatusCode;

const std::vector<std::string> kChunked = {"Transfer-Encoding: chunked"};
const Vectors kGood = {{1, 0, 0}, {0, 1, 0}};

class VendorEmbedTest : public testing::TestWithParam<EmbedWire> {
 protected:
  std::unique_ptr<VendorEmbed> NewEmbedder() {
    VendorOptions options;
    options.name = "vendor";
    options.base_url = server_.url("/v1/");
    options.api_key = "sk-test-key";
    options.query = query_;
    options.extra_headers = {"X-Extra: 1"};
    options.idle_timeout = idle_timeout_;
    options.attempt_timeout = attempt_timeout_;
    options.max_answer_bytes = max_answer_bytes_;
    return std::make_unique<VendorEmbed>(options, GetParam().dialect(), client_);
  }
  EmbeddingsOr Call(EmbedRequest request = EmbedTexts({"one", "two"}), absl::Duration within = absl::Seconds(30)) {
    request.deadline = absl::Now() + within;
    return Embed(pool_, *NewEmbedder(), request);
  }
  ServerScript Good() const { return WholeResponse(200, GetParam().answer(kGood)); }

  ScriptedHttpServer server_;
  IoPool pool_{2};
  CurlClient client_{pool_};
  std::string query_;
  absl::Duration idle_timeout_ = absl::Seconds(30);
  absl::Duration attempt_timeout_ = absl::InfiniteDuration();
  size_t max_answer_bytes_ = 32 << 20;
};

TEST_P(VendorEmbedTest, GivesEachTextItsVector) {
  server_.Add(Good());
  const EmbeddingsOr answer = Call();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->vectors, kGood);
  EXPECT_EQ(answer->attempts, 1);
  EXPECT_EQ(answer->usage.reported, GetParam().reports);
  EXPECT_EQ(answer->usage.input_tokens, GetParam().reports ? 7 : 0);
  EXPECT_EQ(answer->model, GetParam().reports ? "m-1" : "");
  const RecordedRequest request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1" + GetParam().target);
  EXPECT_EQ(request.headers.at(GetParam().key_header), GetParam().key_prefix + "sk-test-key");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("accept"), "application/json");
  EXPECT_EQ(request.headers.at("x-extra"), "1");
  EXPECT_EQ(request.body, GetParam().body);
}

TEST_P(VendorEmbedTest, AnAddressOfItsOwnMayHaveAQuery) {
  query_ = "api-version=2024-10-21";
  server_.Add(Good());
  ASSERT_TRUE(Call().ok());
  EXPECT_EQ(server_.requests().at(0).target, "/v1" + GetParam().target + "?api-version=2024-10-21");
}

TEST_P(VendorEmbedTest, AllVectorsHaveLengthOne) {
  server_.Add(WholeResponse(200, GetParam().answer({{3, 0, 4}, {0, 0.001F, 0}})));
  const EmbeddingsOr answer = Call();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->vectors[0], testing::ElementsAre(testing::FloatEq(0.6F), 0, testing::FloatEq(0.8F)));
  EXPECT_THAT(answer->vectors[1], testing::ElementsAre(0, 1, 0));
}

TEST_P(VendorEmbedTest, AFullBatchFits) {
  const size_t texts = NewEmbedder()->limits().texts;
  Vectors vectors(texts, std::vector<float>(512));
  for (size_t i = 0; i < texts; ++i) vectors[i][i % 512] = 1;
  server_.Add(WholeResponse(200, GetParam().answer(vectors)));
  const EmbeddingsOr answer = Call(EmbedTexts(std::vector<std::string_view>(texts, "a")));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->vectors == vectors);
}

TEST_P(VendorEmbedTest, WhatCannotBeAskedIsNotSent) {
  const EmbeddingsOr empty = Call(EmbedTexts({"one", ""}));
  EXPECT_EQ(empty.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorMetadata(empty.status(), "index"), "1");
  const size_t texts = NewEmbedder()->limits().texts;
  EXPECT_EQ(ErrorReason(Call(EmbedTexts(std::vector<std::string_view>(texts + 1, "a"))).status()), "TOO_MANY_TEXTS");
  const EmbeddingsOr none = Call(EmbedTexts({}));
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->vectors.empty());
  EXPECT_EQ(server_.requests().size(), 0u);
}

struct Case {
  const char* name;
  ServerScript script;
  const char* reason;
};

TEST_P(VendorEmbedTest, WhateverGoesWrongIsAnError) {
  const std::string answer = GetParam().answer(kGood);
  const std::string error = R"({"error":{"message":"busy","type":"server_error","code":null}})";
  const std::vector<Case> cases = {
      {"500", WholeResponse(500, error), "PROVIDER_UNAVAILABLE"},
      {"500 cut", ServerScript().Head(500, {"Content-Length: 100"}).Send("{").Close(), "PROVIDER_UNAVAILABLE"},
      {"429", WholeResponse(429, error), "PROVIDER_RATE_LIMIT"},
      {"quota", WholeResponse(429, R"({"error":{"message":"m","code":"insufficient_quota"}})"), "PROVIDER_QUOTA"},
      {"400", WholeResponse(400, R"({"error":{"message":"too long"}})"), "MODEL_REFUSED_PARAMETER"},
      {"401", WholeResponse(401, ""), "PROVIDER_KEY_REFUSED"},
      {"404", WholeResponse(404, "<html>"), "MODEL_NOT_FOUND"},
      {"long 404", WholeResponse(404, std::string(1 << 20, '<')), "MODEL_NOT_FOUND"},
      {"301", WholeResponse(301, answer), "PROVIDER_GARBAGE"},
      {"200 with an error", WholeResponse(200, error), "PROVIDER_UNAVAILABLE"},
      {"HTML", WholeResponse(200, "<html>hello</html>", "text/html"), "PROVIDER_GARBAGE"},
      {"empty body", WholeResponse(200, ""), "PROVIDER_GARBAGE"},
      {"empty object", WholeResponse(200, "{}"), "PROVIDER_GARBAGE"},
      {"half the JSON", WholeResponse(200, answer.substr(0, answer.size() / 2)), "PROVIDER_GARBAGE"},
      {"a chat's answer", WholeResponse(200, R"({"choices":[{"message":{"content":"hi"}}]})"), "PROVIDER_GARBAGE"},
      {"no HTTP", ServerScript().Send("hello\r\n\r\n").Close(), "PROVIDER_GARBAGE"},
      {"cut", ServerScript().Head(200, {"Content-Length: 10000"}).Send(answer).Close(), "PROVIDER_CUT"},
      {"before the body", ServerScript().Head(200, kChunked).Close(), "PROVIDER_CUT"},
      {"before the head", ServerScript().Close(), "PROVIDER_UNAVAILABLE"},
  };
  for (const Case& c : cases) {
    server_.Add(c.script);
    const EmbeddingsOr outcome = Call();
    EXPECT_EQ(ErrorReason(outcome.status()), c.reason) << c.name << ": " << outcome.status();
    EXPECT_EQ(ErrorMetadata(outcome.status(), "provider"), "vendor") << c.name;
  }
}

TEST_P(VendorEmbedTest, VectorsThatAreNotWhatWasAskedForAreGarbage) {
  const std::vector<Vectors> answers = {{},       {{1, 0}},        {{1, 0}, {0, 1}, {1, 1}}, {{1, 0}, {1}},
                                        {{}, {}}, {{1, 0}, {0, 0}}};
  for (const Vectors& vectors : answers) {
    server_.Add(WholeResponse(200, GetParam().answer(vectors)));
    EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_GARBAGE") << testing::PrintToString(vectors);
  }
  // In digits it is a null, as most servers write it, and in base64 a number like any other.
  server_.Add(WholeResponse(200, GetParam().answer({{1, 0}, {1, std::nanf("")}})));
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_GARBAGE");
  EmbedRequest request = EmbedTexts({"one", "two"});
  request.dimensions = 2;  // which the server ignores
  server_.Add(Good());
  EXPECT_EQ(ErrorReason(Call(request).status()), "PROVIDER_GARBAGE");
}

TEST_P(VendorEmbedTest, AnEndlessAnswerIsRefused) {
  max_answer_bytes_ = 10'000;
  server_.Add(WholeResponse(200, GetParam().answer({std::vector<float>(5'000, 1), std::vector<float>(5'000, 1)})));
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_GARBAGE");
}

TEST_P(VendorEmbedTest, OfAFailedResponseOnlyTheBeginningIsRead) {
  const std::string blank(kMaxErrorBodyBytes, ' ');
  server_.Add(WholeResponse(429, blank + R"({"error":{"message":"m","code":"insufficient_quota"}})"));
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_RATE_LIMIT");
  server_.Add(ServerScript().Head(500, kChunked).Chunk(blank).Stall());
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_UNAVAILABLE") << "nobody waits for the rest";
}

TEST_P(VendorEmbedTest, TheDeadlineBoundsEveryStall) {
  for (const ServerScript& stall : {ServerScript().Stall(), ServerScript().Head(200, kChunked).Chunk("{").Stall(),
                                    ServerScript().Head(500, {"Content-Length: 9"}).Stall()}) {
    server_.Add(stall);
    const EmbeddingsOr answer = Call(EmbedTexts({"one"}), absl::Milliseconds(100));
    EXPECT_EQ(answer.status().code(), StatusCode::kDeadlineExceeded) << answer.status();
    EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_DEADLINE");
  }
  EXPECT_TRUE(server_.WaitForAborted(3));
}

TEST_P(VendorEmbedTest, ASilentProviderIsUnavailableOrCuts) {
  idle_timeout_ = absl::Milliseconds(100);
  server_.Add(ServerScript().Stall());
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_UNAVAILABLE");
  server_.Add(ServerScript().Head(200, kChunked).Chunk("{").Stall());
  EXPECT_EQ(ErrorReason(Call().status()), "PROVIDER_CUT");
}

TEST_P(VendorEmbedTest, AnAttemptThatTakesTooLongLeavesTimeForAnother) {
  attempt_timeout_ = absl::Milliseconds(100);
  server_.Add(ServerScript().Head(200, kChunked).Chunk("{").Stall());
  const absl::Status slow = Call().status();
  EXPECT_EQ(ErrorReason(slow), "PROVIDER_UNAVAILABLE") << slow;
  EXPECT_TRUE(RetryDelay(slow).has_value());
}

TEST_P(VendorEmbedTest, CancellingReachesTheSocket) {
  for (const ServerScript& stall : {ServerScript().Stall(), ServerScript().Head(200, kChunked).Chunk("{").Stall()}) {
    ScriptedHttpServer server;
    server.Add(stall);
    VendorOptions options;
    options.base_url = server.url();
    VendorEmbed embedder(options, GetParam().dialect(), client_);
    const EmbedRequest request = EmbedTexts({"one"});
    Running<EmbeddingsOr> call(pool_, [&] { return embedder.Embed(request); });
    ASSERT_TRUE(server.WaitForRequests(1));
    call.Cancel();
    EXPECT_EQ(call.Wait().status().code(), StatusCode::kCancelled);
    EXPECT_TRUE(server.WaitForAborted(1));
  }
}

TEST_P(VendorEmbedTest, NoErrorHoldsTheKey) {
  for (const int status : {200, 400, 401, 429, 500}) {
    server_.Add(WholeResponse(status, R"({"error":{"message":"Incorrect API key provided: sk-test-key"}})"));
    const absl::Status failed = Call().status();
    EXPECT_FALSE(failed.ok());
    EXPECT_EQ(failed.ToString().find("sk-test-key"), std::string::npos);
  }
}

// Batches around retries around the vendor: only the batch that failed is asked for again.
TEST_P(VendorEmbedTest, ABatchThatFailsIsAskedForAgainAlone) {
  auto vendor = NewEmbedder();
  FakeClock clock;
  const FakeSleeper sleeper(clock);
  Jitter jitter(7);
  auto retry = std::make_unique<RetryEmbedder>(std::move(vendor), RetryPolicy(), clock, sleeper, jitter);
  BatchEmbedder embedder("vendor", std::move(retry), {.texts = 2});
  server_.Add(Good());
  server_.Add(WholeResponse(503, "", "text/plain", {"Retry-After: 20"}));
  server_.Add(Good());
  server_.Add(WholeResponse(200, GetParam().answer({{0, 0, 1}})));
  const EmbeddingsOr answer = Embed(pool_, embedder, EmbedTexts({"one", "two", "one", "two", "three"}));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->vectors, (Vectors{kGood[0], kGood[1], kGood[0], kGood[1], {0, 0, 1}}));
  EXPECT_EQ(answer->attempts, 4);
  EXPECT_EQ(answer->usage.input_tokens, GetParam().reports ? 21 : 0);
  EXPECT_THAT(sleeper.sleeps(),
              testing::ElementsAre(testing::AllOf(testing::Ge(absl::Seconds(20)), testing::Lt(absl::Seconds(21)))));
  ASSERT_EQ(server_.requests().size(), 4u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(server_.requests()[static_cast<size_t>(i)].body, GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(All, VendorEmbedTest, testing::ValuesIn(AllEmbedWires()),
                         [](const auto& wire) { return wire.param.name; });

}  // namespace
}  // namespace attune

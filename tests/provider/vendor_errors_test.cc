// What vendors' failures become.
#include "provider/vendor_errors.h"

#include <gtest/gtest.h>

#include "attune/v1/errors.pb.h"
#include "provider/attempts.h"
#include "provider/openai_chat.h"
#include "provider/retry_after.h"
#include "provider/vendor_answer.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using absl::StatusCode;

constexpr char kKey[] = "sk-proj-abcdefghijklmnop1234";

VendorOptions WithKey() {
  VendorOptions options;
  options.name = "openai";
  options.api_key = kKey;
  return options;
}

// The result of a response with this status, headers and body.
absl::StatusOr<ModelAnswer> Respond(int status, std::string_view body,
                                    std::vector<std::pair<std::string, std::string>> headers = {}) {
  const VendorOptions options = WithKey();
  const OpenAiChat dialect;
  VendorAnswer answer(options, dialect, "gpt-x", nullptr);
  absl::Status sent = answer.OnHead({.status = status, .headers = std::move(headers)});
  if (sent.ok() && !body.empty()) sent = answer.OnData(body);
  return answer.Finish(sent);
}

std::string ErrorBody(const std::string& code, const std::string& param = "null") {
  return "{\"error\":{\"message\":\"the words\",\"type\":\"t\",\"param\":" + param + ",\"code\":" + code + "}}";
}

struct Case {
  int http_status;
  std::string body;
  StatusCode code;
  const char* reason;
  bool worth_retry = false;
};

TEST(VendorErrorsTest, MapsEveryFailure) {
  const std::vector<Case> cases = {
      {400, ErrorBody("\"unsupported_value\"", "\"temperature\""), StatusCode::kInvalidArgument,
       "MODEL_REFUSED_PARAMETER"},
      {400, ErrorBody("400"), StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"},
      {413, "", StatusCode::kInvalidArgument, "PROVIDER_PROMPT_TOO_LONG"},
      {407, "", StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"},
      {422, "{\"detail\":[{\"loc\":[\"body\",\"temperature\"],\"msg\":\"bad\",\"type\":\"x\"}]}",
       StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"},
      {401, ErrorBody("\"invalid_api_key\""), StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"},
      {403, "<html>", StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"},
      {402, "", StatusCode::kResourceExhausted, "PROVIDER_QUOTA"},
      {404, ErrorBody("\"model_not_found\""), StatusCode::kNotFound, "MODEL_NOT_FOUND"},
      {404, "<html>nginx</html>", StatusCode::kNotFound, "MODEL_NOT_FOUND"},
      {408, "", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {409, "", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {429, ErrorBody("\"rate_limit_exceeded\""), StatusCode::kResourceExhausted, "PROVIDER_RATE_LIMIT", true},
      {429, ErrorBody("null"), StatusCode::kResourceExhausted, "PROVIDER_RATE_LIMIT", true},
      {429, ErrorBody("\"insufficient_quota\""), StatusCode::kResourceExhausted, "PROVIDER_QUOTA"},
      {500, "", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {502, "<html>Bad gateway</html>", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {503, "{\"error\":\"loading\"}", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {504, "\xff\xfe", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {529, "", StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {400,
       "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low "
       "to access the API.\"}}",
       StatusCode::kResourceExhausted, "PROVIDER_QUOTA"},
      {301, "", StatusCode::kInternal, "PROVIDER_GARBAGE"},
      {418, "", StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"},
      {529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}",
       StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", true},
      {401, "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"m\"}}",
       StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"},
      {400, "{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"m\"}}",
       StatusCode::kResourceExhausted, "PROVIDER_QUOTA"},
      {429, "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"m\"}}",
       StatusCode::kResourceExhausted, "PROVIDER_RATE_LIMIT", true},
      {400, "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":\"API key not valid.\"}}",
       StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"},
      {503, "[{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"m\"}}]", StatusCode::kUnavailable,
       "PROVIDER_UNAVAILABLE", true},
  };
  for (const Case& c : cases) {
    const absl::Status status = Respond(c.http_status, c.body).status();
    EXPECT_EQ(status.code(), c.code) << c.http_status << c.body << status;
    EXPECT_EQ(ErrorReason(status), c.reason) << c.http_status << c.body;
    EXPECT_EQ(RetryDelay(status).has_value(), c.worth_retry) << c.http_status << c.body;
    EXPECT_EQ(ErrorMetadata(status, "provider"), "openai");
    EXPECT_EQ(ErrorMetadata(status, "http_status"), std::to_string(c.http_status));
  }
}

// As the vendors say it.
TEST(VendorErrorsTest, KnowsAPromptThatIsTooLong) {
  const std::vector<std::pair<int, std::string>> cases = {
      {400, ErrorBody("\"context_length_exceeded\"", "\"messages\"")},
      {400, R"({"error":{"code":400,"message":"m","type":"exceed_context_size_error","n_prompt_tokens":9,"n_ctx":8}})"},
      {500, R"({"error":{"code":500,"message":"m","type":"exceed_context_size_error"}})"},
      {400,
       R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8"}})"},
      {400,
       R"({"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed )"
       R"(context limit: 9 + 9 > 10"}})"},
      {413, R"({"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}})"},
      {400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"The input token count (9) exceeds the )"
            R"(maximum number of tokens allowed (8)."}})"},
      {400, R"({"error":{"message":"This model's maximum context length is 8 tokens. However, you requested 9 tokens",)"
            R"("type":"BadRequestError","param":null,"code":400}})"},
      {400,
       R"({"object":"error","message":"Prompt contains 9 tokens, too large for model with 8 maximum context length",)"
       R"("type":"invalid_request_error"})"},
  };
  for (const auto& [http_status, body] : cases) {
    const absl::Status status = Respond(http_status, body).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << body << status;
    EXPECT_EQ(ErrorReason(status), "PROVIDER_PROMPT_TOO_LONG") << body << status;
    EXPECT_FALSE(RetryDelay(status).has_value());
    EXPECT_TRUE(MayFallBack(status));
    EXPECT_FALSE(IsWorthRetry(status));
    EXPECT_FALSE(IsVendorsFault(status));
  }
}

TEST(VendorErrorsTest, TheWordsOfATooLongPromptCountOnlyWhereTheRequestWasRefused) {
  for (const int http_status : {401, 404, 429, 500, 503}) {
    const absl::Status status = Respond(http_status, R"({"error":{"message":"prompt is too long"}})").status();
    EXPECT_NE(ErrorReason(status), "PROVIDER_PROMPT_TOO_LONG") << http_status;
  }
  EXPECT_EQ(ErrorReason(Respond(400, R"({"error":{"message":"stop: list is too long"}})").status()),
            "MODEL_REFUSED_PARAMETER");
}

TEST(VendorErrorsTest, NamesTheRefusedParameter) {
  const absl::Status status = Respond(400, ErrorBody("\"unsupported_value\"", "\"temperature\"")).status();
  EXPECT_EQ(ErrorMetadata(status, "param"), "temperature");
  EXPECT_EQ(ErrorMetadata(status, "vendor_code"), "unsupported_value");
  EXPECT_NE(status.message().find("'temperature'"), std::string::npos);
  EXPECT_NE(status.message().find("the words"), std::string::npos);
  const absl::Status detail =
      Respond(422, "{\"detail\":[{\"loc\":[\"body\",\"top_p\"],\"msg\":\"too high\"}]}").status();
  EXPECT_EQ(ErrorMetadata(detail, "param"), "top_p");
  const absl::Status mistral =
      Respond(422, R"({"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","seed"],)"
                   R"("msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","code":null})")
          .status();
  EXPECT_EQ(ErrorMetadata(mistral, "param"), "seed");
  EXPECT_NE(mistral.message().find("not permitted"), std::string::npos);
  // Anthropic and Gemini name it only in their words.
  const absl::Status claude =
      Respond(400, R"({"error":{"type":"invalid_request_error","message":"temperature: range: 0..1"}})").status();
  EXPECT_EQ(ErrorMetadata(claude, "param"), "temperature");
  const absl::Status gemini =
      Respond(400, R"({"error":{"code":400,"message":"Invalid value at 'generation_config.top_p' TYPE_FLOAT"}})")
          .status();
  EXPECT_EQ(ErrorMetadata(gemini, "param"), "generation_config.top_p");
  const absl::Status none = Respond(400, R"({"error":{"message":"This went wrong: see the log"}})").status();
  EXPECT_EQ(ErrorMetadata(none, "param"), "");
}

TEST(VendorErrorsTest, TheVendorsOwnAdviceOnRetriesWins) {
  EXPECT_EQ(RetryDelay(Respond(500, "", {{"x-should-retry", "false"}}).status()), std::nullopt);
  EXPECT_EQ(RetryDelay(Respond(400, "", {{"x-should-retry", "true"}}).status()), kDefaultRetryDelay);
  EXPECT_EQ(RetryDelay(Respond(500, "", {{"x-should-retry", "maybe"}}).status()), kDefaultRetryDelay);
}

TEST(VendorErrorsTest, AFilteredPromptIsAFinishReason) {
  const auto answer = Respond(400, ErrorBody("\"content_filter\"", "\"prompt\""));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->finish_reason, FinishReason::kContentFilter);
  EXPECT_EQ(answer->text, "");
}

TEST(VendorErrorsTest, NoErrorHoldsTheKey) {
  const std::vector<std::string> echoes = {
      kKey,
      "Incorrect API key provided: sk-proj-********1234. You can find your key at https://example.com.",
      std::string("Bearer ") + kKey + " is wrong",
      std::string("key=") + kKey + ",",
      "sk-proj-abcdef...",
      std::string("x") + kKey + "y",
  };
  for (const std::string& echo : echoes) {
    for (const int http_status : {400, 401, 403, 404, 429, 500}) {
      for (const std::string& body : {"{\"error\":{\"message\":\"" + echo + "\"}}", "{\"error\":\"" + echo + "\"}",
                                      "{\"error\":{\"code\":\"" + echo + "\",\"param\":\"" + echo + "\"}}"}) {
        const std::string all = Respond(http_status, body).status().ToString();
        EXPECT_EQ(all.find(kKey), std::string::npos) << http_status << body;
        EXPECT_EQ(all.find("1234"), std::string::npos) << http_status << body << all;
        EXPECT_EQ(all.find("abcdef"), std::string::npos) << http_status << body << all;
      }
    }
  }
}

TEST(VendorErrorsTest, KeepsTheVendorsWordsShortAndWhole) {
  std::string words;
  while (words.size() < 5000) words += "\u00e9\U0001F600 ";
  const absl::Status status = Respond(500, "{\"error\":{\"message\":\"" + words + "\"}}").status();
  EXPECT_LT(status.message().size(), kMaxVendorMessageBytes + 200);
  v1::ErrorInfo utf8_check;  // protobuf refuses to parse text that is not UTF-8
  utf8_check.set_reason(std::string(status.message()));
  EXPECT_TRUE(v1::ErrorInfo().ParseFromString(utf8_check.SerializeAsString()));
}

TEST(VendorErrorsTest, TellsTheWaitOfTheVendor) {
  const auto wait = [](std::vector<std::pair<std::string, std::string>> headers) {
    return RetryDelay(Respond(429, "", std::move(headers)).status()).value();
  };
  EXPECT_EQ(wait({}), kDefaultRetryDelay);
  EXPECT_EQ(wait({{"retry-after", "7"}}), absl::Seconds(7));
  EXPECT_EQ(wait({{"retry-after", "0.25"}}), absl::Milliseconds(250));
  EXPECT_EQ(wait({{"retry-after", "9"}, {"retry-after-ms", "1500"}}), absl::Milliseconds(1500));
  constexpr char kGeminiBody[] =
      R"({"error":{"code":429,"details":[{"@type":"x/google.rpc.Help"},{"@type":"x/RetryInfo","retryDelay":"39s"}]}})";
  EXPECT_EQ(RetryDelay(Respond(429, kGeminiBody).status()), absl::Seconds(39));
  EXPECT_EQ(RetryDelay(Respond(429, kGeminiBody, {{"retry-after", "7"}}).status()), absl::Seconds(7));
}

TEST(RetryAfterTest, ReadsDatesAndRefusesNonsense) {
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);  // Tue, 14 Nov 2023 22:13:20 GMT
  const auto read = [&](std::vector<std::pair<std::string, std::string>> headers) {
    return RetryAfter({.status = 429, .headers = std::move(headers)}, now);
  };
  EXPECT_EQ(read({{"retry-after", "Tue, 14 Nov 2023 22:13:50 GMT"}}), absl::Seconds(30));
  EXPECT_EQ(read({{"retry-after", "Tue, 14 Nov 2023 22:13:50 GMT"}, {"date", "Tue, 14 Nov 2023 22:13:40 GMT"}}),
            absl::Seconds(10));
  EXPECT_EQ(read({{"retry-after", "Tue, 14 Nov 2022 22:13:50 GMT"}}), absl::ZeroDuration());
  EXPECT_EQ(read({{"retry-after", "1e300"}}), kMaxVendorWait);
  for (const char* bad : {"", "soon", "-1", "nan", "inf", "1 2", "Tue, 99 Foo 2023"}) {
    EXPECT_EQ(read({{"retry-after", bad}}), std::nullopt) << bad;
  }
}

TEST(VendorErrorsTest, MapsTheFailuresOfTheNetwork) {
  const auto map = [](StatusCode code, const char* reason, const char* phase) {
    return TransportFailure(VendorOptions(), Error(code, reason).Message("why").With("phase", phase));
  };
  EXPECT_EQ(ErrorReason(map(StatusCode::kDeadlineExceeded, "HTTP_DEADLINE", "head")), "PROVIDER_DEADLINE");
  EXPECT_EQ(map(StatusCode::kDeadlineExceeded, "HTTP_DEADLINE", "head").code(), StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ErrorReason(map(StatusCode::kDeadlineExceeded, "HTTP_IDLE", "head")), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(ErrorReason(map(StatusCode::kDeadlineExceeded, "HTTP_IDLE", "body")), "PROVIDER_CUT");
  EXPECT_EQ(ErrorReason(map(StatusCode::kUnavailable, "CONNECTION_LOST", "body")), "PROVIDER_CUT");
  EXPECT_EQ(ErrorReason(map(StatusCode::kUnavailable, "CONNECTION_LOST", "head")), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(ErrorReason(map(StatusCode::kUnavailable, "CONNECT_FAILED", "connect")), "PROVIDER_UNAVAILABLE");
  EXPECT_TRUE(RetryDelay(map(StatusCode::kUnavailable, "CONNECT_FAILED", "connect")).has_value());
  EXPECT_EQ(ErrorReason(map(StatusCode::kInternal, "HTTP_GARBAGE", "head")), "PROVIDER_GARBAGE");
  EXPECT_EQ(ErrorReason(map(StatusCode::kResourceExhausted, "BODY_TOO_LARGE", "body")), "PROVIDER_GARBAGE");
  EXPECT_EQ(ErrorReason(map(StatusCode::kResourceExhausted, "TOO_MANY_EXCHANGES", "")), "PROVIDER_BUSY");
  EXPECT_EQ(AttemptsOf(map(StatusCode::kResourceExhausted, "TOO_MANY_EXCHANGES", "")), 0);
  EXPECT_EQ(ErrorReason(map(StatusCode::kInvalidArgument, "BAD_URL", "")), "PROVIDER_MISCONFIGURED");
  EXPECT_EQ(TransportFailure(VendorOptions(), absl::CancelledError("c")), absl::CancelledError("c"));
}

// OpenAI gives most of its errors the type of a bad request; the code says more.
TEST(VendorErrorsTest, AnErrorInsideAGoodResponseIsWhatItsCodeSays) {
  const std::pair<const char*, const char*> cases[] = {{"invalid_api_key", "PROVIDER_KEY_REFUSED"},
                                                       {"model_not_found", "MODEL_NOT_FOUND"},
                                                       {"rate_limit_exceeded", "PROVIDER_RATE_LIMIT"},
                                                       {"invalid_prompt", "MODEL_REFUSED_PARAMETER"},
                                                       {"unsupported_value", "MODEL_REFUSED_PARAMETER"}};
  for (const auto& [code, reason] : cases) {
    VendorError error;
    error.type = "invalid_request_error";
    error.code = code;
    error.message = "Incorrect API key provided: abcd1234**wxyz";
    const absl::Status status =
        FailureStatus(VendorOptions(), {.http_status = 0, .error = error, .retry = {}, .model = "m"});
    EXPECT_EQ(ErrorReason(status), reason) << code;
    EXPECT_EQ(status.ToString().find("abcd1234"), std::string::npos) << status;
  }
}

TEST(VendorErrorsTest, NoBodyAsksForALongerWaitThanAHeaderMay) {
  for (const char* delay : {"inf", "86400s"}) {
    const auto error =
        ReadVendorError(StrCat(R"({"error":{"code":429,"message":"m","details":[{"retryDelay":")", delay, R"("}]}})"));
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->retry_after, kMaxVendorWait);
  }
}

}  // namespace
}  // namespace attune

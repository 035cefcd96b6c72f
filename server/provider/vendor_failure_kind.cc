#include "provider/vendor_failure_kind.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/strings.h"

namespace attune {
namespace {

using absl::StatusCode;

bool IsOneOf(const VendorError& error, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return error.code == name || error.type == name; });
}

// A key that Google takes for none is a bad argument to it.
bool IsBadKey(const VendorError& error) {
  return error.type == "INVALID_ARGUMENT" && error.message.find("API key") != std::string::npos;
}

bool IsTooLongByName(const VendorError& error) {
  return IsOneOf(error, {"context_length_exceeded", "exceed_context_size_error", "request_too_large"});
}

// Most vendors have no name for it. In small letters.
constexpr std::array<std::string_view, 8> kTooLongWords = {
    "prompt is too long",                    // Anthropic: "prompt is too long: 209353 tokens > 199999 maximum"
    "exceed context limit",                  // Anthropic: "input length and `max_tokens` exceed context limit: …"
    "exceeds the maximum number of tokens",  // Gemini: "The input token count (…) exceeds the maximum number of …"
    "maximum context length",  // OpenAI, vLLM, Mistral, OpenRouter: "This model's maximum context length …"
    "longer than the maximum model length",  // vLLM
    "exceeds the available context size",    // llama.cpp
    "exceeds the context window",            // OpenAI responses
    "reduce the length of the messages",     // Groq
};

bool IsTooLongByWords(const VendorError& error) {
  const std::string words = absl::AsciiStrToLower(error.message);
  return std::any_of(kTooLongWords.begin(), kTooLongWords.end(),
                     [&](std::string_view sign) { return words.find(sign) != std::string::npos; });
}

// The HTTP status that an error inside a good response would have had.
int ImpliedStatus(const VendorError& error) {
  int code = 0;
  if (absl::SimpleAtoi(error.code, &code) && code >= 400 && code < 600) return code;
  if (IsOneOf(error, {"rate_limit_exceeded", "rate_limit_error", "slow_down", "RESOURCE_EXHAUSTED"})) return 429;
  if (IsOneOf(error, {"invalid_api_key", "authentication_error", "permission_error", "UNAUTHENTICATED",
                      "PERMISSION_DENIED"})) {
    return 401;
  }
  if (IsOneOf(error, {"model_not_found", "not_found_error", "NotFoundError", "NOT_FOUND"})) return 404;
  // Last: OpenAI gives all of the above the type of a bad request.
  if (IsOneOf(error, {"invalid_request_error", "BadRequestError", "unsupported_parameter", "unsupported_value",
                      "invalid_prompt", "invalid_image", "INVALID_ARGUMENT", "FAILED_PRECONDITION"})) {
    return 400;
  }
  return IsTooLongByWords(error) ? 400 : 503;
}

bool IsQuota(int status, const VendorError& error) {
  // Anthropic's answer to used-up credit is a bad request in all but its words.
  if (error.message.find("credit balance is too low") != std::string::npos) return true;
  return status == 402 || IsOneOf(error, {"insufficient_quota", "credit_balance_exhausted",
                                          "billing_hard_limit_reached", "billing_not_active", "billing_error"});
}

// Words count only where the vendor refused the request for what it says.
bool IsTooLong(int status, const VendorError& error) {
  if (IsTooLongByName(error) || status == 413) return true;
  return (status == 400 || status == 422) && IsTooLongByWords(error);
}

FailureKind Refused(int status) {
  switch (status) {
    case 401:
    case 403:
      return {StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED",
              "refused the API key; check the key that the server was started with, and its permissions"};
    case 404:
      return {StatusCode::kNotFound, "MODEL_NOT_FOUND", "has no such model, or its base URL is wrong"};
    case 407:
      return {StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED",
              "was not asked: the proxy before it wants another user name and password"};
    case 429:
      return {StatusCode::kResourceExhausted, "PROVIDER_RATE_LIMIT", "limits the rate of requests", true};
    case 408:
    case 409:
    case 425:
      return {StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", "could not answer now", true};
    default:
      return {StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER", "refused the request"};
  }
}

}  // namespace

FailureKind KindOf(int http_status, const VendorError& error) {
  const int status = http_status != 0 ? http_status : ImpliedStatus(error);
  if (IsQuota(status, error)) {
    return {StatusCode::kResourceExhausted, "PROVIDER_QUOTA", "says that the account's quota or credit is used up"};
  }
  if (IsBadKey(error)) return Refused(401);
  if (IsTooLong(status, error)) {
    return {
        StatusCode::kInvalidArgument, "PROVIDER_PROMPT_TOO_LONG",
        "says that the prompt, with the cap of its answer, is too long for the model; send less, or fewer examples, or "
        "ask by a route that has a model of larger context to fall back on"};
  }
  if (status >= 500) return {StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE", "is unavailable", true};
  if (status >= 400) return Refused(status);
  return {StatusCode::kInternal, "PROVIDER_GARBAGE", "sent a response that is no answer; check its base URL"};
}

}  // namespace attune

// The vocabulary that every room speaks: messages of a conversation, parameters of a model call, token usage.
// Plain values; copy or move them freely, no thread owns them.
#ifndef ATTUNE_BASE_MESSAGE_H_
#define ATTUNE_BASE_MESSAGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace attune {

// Ordered, so that everything built from one is deterministic.
using StringMap = std::map<std::string, std::string, std::less<>>;

enum class Role { kSystem, kDeveloper, kUser, kAssistant };

// "system", "developer", "user", "assistant": the names used on every provider's wire.
std::string_view RoleName(Role role);
std::optional<Role> ParseRole(std::string_view name);

struct Message {
  Role role = Role::kUser;
  std::string content;  // UTF-8
  friend bool operator==(const Message&, const Message&) = default;
};

// Parameters of one model call. An unset field is not sent to the provider: 0 and "not set" differ.
struct Parameters {
  std::optional<std::string> model;   // "provider/model"; unset: the server's default model
  std::optional<double> temperature;  // 0 to 2
  std::optional<double> top_p;        // 0 to 1
  std::optional<int32_t> max_tokens;  // of the answer, at least 1
  std::vector<std::string> stop;      // at most 4 texts; empty: none
  std::optional<int64_t> seed;
  std::optional<int32_t> max_examples;  // few-shot k, 0 to kMaxExamples; unset: the prompt's own
  // Whether an earlier answer to an equal call may be given again; unset: if such calls always answer the same. Never
  // sent.
  std::optional<bool> cache;
  std::optional<int32_t> top_logprobs;  // asks for log-probabilities, with so many alternatives: 0 to kMaxTopLogprobs
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

inline constexpr int32_t kMaxTopLogprobs = 20;

// `over` wins field by field; its empty `stop` means "not set".
Parameters Merge(const Parameters& base, const Parameters& over);

// The last is no provider's: no model was asked.
enum class FinishReason { kUnspecified, kStop, kLength, kContentFilter, kRefusal, kOther, kLowCoverage };

// Tokens as the provider counted them. `reported` is false when it sent no usage: the counts are then unknown.
struct Usage {
  bool reported = false;
  int64_t input_tokens = 0;
  int64_t cached_input_tokens = 0;  // part of input_tokens
  int64_t output_tokens = 0;
  int64_t reasoning_tokens = 0;  // part of output_tokens
};

// One token of an answer with the natural logarithm of its probability, and the likeliest in its place.
struct TokenLogprob {
  std::string token;
  double logprob = 0;                               // -9999 stands for "very unlikely"
  std::vector<std::pair<std::string, double>> top;  // most likely first
};

}  // namespace attune

#endif  // ATTUNE_BASE_MESSAGE_H_

// Where an OpenAI-compatible server is and in what it differs from the others: plain data, so that a new server is a
// new value and no new code.
#ifndef ATTUNE_PROVIDER_OPENAI_OPTIONS_H_
#define ATTUNE_PROVIDER_OPENAI_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace attune {

inline constexpr std::string_view kOpenAiBaseUrl = "https://api.openai.com/v1";

struct OpenAiOptions {
  std::string name = "openai";                         // as in "openai/gpt-4o-mini"
  std::string base_url = std::string(kOpenAiBaseUrl);  // "/chat/completions" is added to it
  std::string api_key;                                 // empty: no Authorization header
  std::vector<std::string> extra_headers;              // "Name: value"
  // The request field that caps the answer. OpenAI's reasoning models refuse max_tokens; most others know nothing else,
  // and some drop max_completion_tokens silently, which leaves the answer uncapped.
  std::string token_field = "max_completion_tokens";
  std::string user_field = "safety_identifier";  // for a hash of the end user's id; empty: not sent
  bool stream_usage = true;                      // asks for usage at the end of a stream
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration idle_timeout = absl::Seconds(60);  // longest silence, also before the first byte
  size_t max_answer_bytes = 32 << 20;
};

// Options for a base URL: OpenAI's own fields for OpenAI, and those that every compatible server takes for the others.
OpenAiOptions OpenAiOptionsFor(std::string_view base_url, std::string_view api_key);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_OPTIONS_H_

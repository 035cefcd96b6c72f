// Log-probabilities of tokens in the forms of the vendors that give them. Pure.
#ifndef ATTUNE_PROVIDER_VENDOR_LOGPROBS_H_
#define ATTUNE_PROVIDER_VENDOR_LOGPROBS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/message.h"
#include "provider/provider.h"
#include "provider/vendor_json.h"

namespace attune {

// Each appends to `tokens` what it finds; a token without a text or a number is left out.

// An array of {"token","logprob","top_logprobs":[{"token","logprob"}]} under `key`: chat completions and responses.
void ReadLogprobs(const JsonObject& from, std::string_view key, std::vector<TokenLogprob>& tokens);
// {"tokens":[],"token_logprobs":[],"top_logprobs":[{token: logprob}]}: legacy completions.
void ReadLegacyLogprobs(const JsonObject& logprobs, std::vector<TokenLogprob>& tokens);
// {"chosenCandidates":[{"token","logProbability"}],"topCandidates":[{"candidates":[…]}]}: Gemini.
void ReadGeminiLogprobs(const JsonObject& result, std::vector<TokenLogprob>& tokens);

// For an API that has none: INVALID_ARGUMENT (MODEL_REFUSED_PARAMETER) if the request asks for them.
absl::Status RefuseLogprobs(std::string_view provider, const ModelRequest& request);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_LOGPROBS_H_

#include "provider/vendor_logprobs.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

using Alternative = std::pair<std::string, double>;
using simdjson::dom::element;

std::vector<element> ElementsOf(const JsonObject& from, std::string_view key) {
  simdjson::dom::array array;
  if (from[key].get(array) != simdjson::SUCCESS) return {};
  return std::vector<element>(array.begin(), array.end());
}

std::optional<Alternative> ReadToken(const JsonObject& from, std::string_view number_key) {
  std::string_view token;
  double logprob = 0;
  if (from["token"].get(token) != simdjson::SUCCESS) return std::nullopt;
  if (from[number_key].get(logprob) != simdjson::SUCCESS) return std::nullopt;
  return Alternative(token, logprob);
}

std::vector<Alternative> ReadTokens(const JsonObject& from, std::string_view key, std::string_view number_key) {
  std::vector<Alternative> tokens;
  VisitObjects(from, key, [&](const JsonObject& token) {
    if (auto read = ReadToken(token, number_key)) tokens.push_back(*std::move(read));
  });
  return tokens;
}

// The alternatives of one legacy token: a map, whose order means nothing.
std::vector<Alternative> ReadMap(const element& map) {
  std::vector<Alternative> top;
  JsonObject object;
  if (map.get(object) != simdjson::SUCCESS) return top;
  for (const auto& [token, value] : object) {
    double logprob = 0;
    if (value.get(logprob) == simdjson::SUCCESS) top.emplace_back(token, logprob);
  }
  std::stable_sort(top.begin(), top.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return top;
}

}  // namespace

void ReadLogprobs(const JsonObject& from, std::string_view key, std::vector<TokenLogprob>& tokens) {
  VisitObjects(from, key, [&tokens](const JsonObject& token) {
    if (auto read = ReadToken(token, "logprob")) {
      tokens.push_back({std::move(read->first), read->second, ReadTokens(token, "top_logprobs", "logprob")});
    }
  });
}

void ReadLegacyLogprobs(const JsonObject& logprobs, std::vector<TokenLogprob>& tokens) {
  const std::vector<element> texts = ElementsOf(logprobs, "tokens");
  const std::vector<element> numbers = ElementsOf(logprobs, "token_logprobs");
  const std::vector<element> tops = ElementsOf(logprobs, "top_logprobs");
  for (size_t i = 0; i < std::min(texts.size(), numbers.size()); ++i) {
    std::string_view token;
    double logprob = 0;
    if (texts[i].get(token) != simdjson::SUCCESS || numbers[i].get(logprob) != simdjson::SUCCESS) continue;
    tokens.push_back({std::string(token), logprob, i < tops.size() ? ReadMap(tops[i]) : std::vector<Alternative>()});
  }
}

void ReadGeminiLogprobs(const JsonObject& result, std::vector<TokenLogprob>& tokens) {
  const size_t before = tokens.size();
  for (auto& [token, logprob] : ReadTokens(result, "chosenCandidates", "logProbability")) {
    tokens.push_back({std::move(token), logprob, {}});
  }
  size_t at = before;
  VisitObjects(result, "topCandidates", [&](const JsonObject& top) {
    if (at < tokens.size()) tokens[at++].top = ReadTokens(top, "candidates", "logProbability");
  });
}

absl::Status RefuseLogprobs(std::string_view provider, const ModelRequest& request) {
  if (!request.parameters.top_logprobs) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER")
      .Message(StrCat(provider, " gives no log-probabilities; set no parameter 'top_logprobs' for its models"))
      .With("param", "top_logprobs");
}

}  // namespace attune

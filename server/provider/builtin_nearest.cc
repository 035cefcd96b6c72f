#include "provider/builtin_nearest.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "provider/nearest_turn.h"

namespace attune {
namespace {

constexpr size_t kBytesPerToken = 4;

int64_t TokensOf(size_t bytes) { return static_cast<int64_t>((bytes + kBytesPerToken - 1) / kBytesPerToken); }

absl::Status CheckRequest(const ModelRequest& request) {
  if (request.model != kNearestModel) {
    return Error(absl::StatusCode::kNotFound, "MODEL_NOT_FOUND")
        .Message(StrCat("there is no model 'builtin/", request.model, "'; the only builtin model is 'builtin/nearest'"))
        .With("provider", kBuiltinName)
        .With("model", request.model);
  }
  const auto is_user = [](const Message& message) { return message.role == Role::kUser; };
  if (std::any_of(request.messages.begin(), request.messages.end(), is_user)) return absl::OkStatus();
  return BadField("NO_USER_MESSAGE", "messages", "builtin/nearest answers the last user message, and there is none");
}

// Cuts at the first stop text, then at the token limit, at a character's start.
void ApplyLimits(const Parameters& parameters, ModelAnswer& answer) {
  for (const std::string& stop : parameters.stop) {
    if (!stop.empty()) answer.text.resize(std::min(answer.text.find(stop), answer.text.size()));
  }
  if (!parameters.max_tokens || *parameters.max_tokens < 0) return;
  size_t limit = static_cast<size_t>(*parameters.max_tokens) * kBytesPerToken;
  if (answer.text.size() <= limit) return;
  while (limit > 0 && (static_cast<unsigned char>(answer.text[limit]) & 0xC0) == 0x80) --limit;
  answer.text.resize(limit);
  answer.finish_reason = FinishReason::kLength;
}

Usage EstimateUsage(const ModelRequest& request, const ModelAnswer& answer) {
  Usage usage;
  usage.reported = true;
  for (const Message& message : request.messages) usage.input_tokens += TokensOf(message.content.size());
  usage.output_tokens = TokensOf(answer.text.size());
  return usage;
}

absl::Status StreamWords(std::string_view text, TextSink& sink) {
  while (!text.empty()) {
    const size_t space = text.find(' ', 1);
    ATTUNE_RETURN_IF_ERROR(sink.OnText(text.substr(0, space)));
    text.remove_prefix(std::min(space, text.size()));
  }
  return absl::OkStatus();
}

}  // namespace

asio::awaitable<absl::StatusOr<ModelAnswer>> BuiltinNearest::Generate(const ModelRequest& request, TextSink* sink) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckRequest(request));
  ModelAnswer answer;
  answer.text = NearestAnswer(request.messages).value_or(kDoNotKnow);
  answer.model = kNearestModel;
  answer.finish_reason = FinishReason::kStop;
  ApplyLimits(request.parameters, answer);
  answer.usage = EstimateUsage(request, answer);
  if (sink != nullptr) ATTUNE_CO_RETURN_IF_ERROR(StreamWords(answer.text, *sink));
  co_return answer;
}

}  // namespace attune

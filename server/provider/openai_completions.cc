#include "provider/openai_completions.h"

#include "base/strings.h"
#include "provider/openai_choices.h"
#include "provider/vendor_logprobs.h"
#include "provider/vendor_request.h"

namespace attune {
namespace {

constexpr size_t kMaxStops = 4;
constexpr char kNextTurn[] = "\nUser:";

bool IsBareText(const ModelRequest& request) {
  return request.messages.size() == 1 && request.messages[0].role == Role::kUser && request.response_schema.empty();
}

std::string PromptText(const ModelRequest& request) {
  if (IsBareText(request)) return request.messages[0].content;
  std::string text = Instructions(request.messages);
  if (!request.response_schema.empty()) {
    StrAppend(&text, text.empty() ? "" : "\n\n",
              "Answer only with JSON that conforms to this JSON Schema: ", request.response_schema);
  }
  if (!text.empty()) text += "\n\n";
  for (const Message& message : request.messages) {
    if (IsInstruction(message)) continue;
    StrAppend(&text, message.role == Role::kUser ? "User: " : "Assistant: ", message.content, "\n");
  }
  text += "Assistant:";
  return text;
}

std::vector<std::string> Stops(const ModelRequest& request) {
  std::vector<std::string> stops = request.parameters.stop;
  if (!IsBareText(request) && stops.size() < kMaxStops) stops.push_back(kNextTurn);
  return stops;
}

}  // namespace

std::string OpenAiCompletions::Path(const ModelRequest& /*request*/, bool /*stream*/) const { return "/completions"; }

std::string OpenAiCompletions::Body(const ModelRequest& request, bool stream) const {
  const Parameters& parameters = request.parameters;
  std::string body;
  body.reserve(BodySizeHint(request));
  JsonWriter json(body);
  json.BeginObject().Key("model").String(request.model).Key("prompt").String(PromptText(request));
  WriteSampling(json, parameters);
  json.Key("max_tokens").Int(parameters.max_tokens.value_or(kDefaultCompletionTokens));
  if (parameters.seed) json.Key("seed").Int(*parameters.seed);
  if (parameters.top_logprobs) json.Key("logprobs").Int(*parameters.top_logprobs);
  WriteStop(json, "stop", Stops(request));
  if (stream) WriteOpenAiStream(json, true);
  json.EndObject();
  return body;
}

void OpenAiCompletions::ReadWhole(const JsonObject& root, AnswerPart& part) const { ReadEvent(root, part); }

void OpenAiCompletions::ReadEvent(const JsonObject& root, AnswerPart& part) const {
  ReadChoices(root, part, [&part](const JsonObject& choice) {
    part.text += TextField(choice, "text");
    if (const auto logprobs = ObjectField(choice, "logprobs")) ReadLegacyLogprobs(*logprobs, part.logprobs);
  });
}

}  // namespace attune

#include "provider/openai_responses.h"

#include "base/error.h"
#include "provider/vendor_logprobs.h"
#include "provider/vendor_request.h"

namespace attune {
namespace {

void WriteSchema(JsonWriter& json, const std::string& schema) {
  json.Key("text").BeginObject().Key("format").BeginObject().Key("type").String("json_schema");
  json.Key("name").String(kSchemaName).Key("schema").Raw(schema).EndObject().EndObject();
}

void ReadUsage(const JsonObject& response, UsageCounts& usage) {
  const auto counts = ObjectField(response, "usage");
  if (!counts) return;
  usage.input = CountField(*counts, "input_tokens");
  usage.output = CountField(*counts, "output_tokens");
  if (const auto details = ObjectField(*counts, "input_tokens_details")) {
    usage.cached = CountField(*details, "cached_tokens");
  }
  if (const auto details = ObjectField(*counts, "output_tokens_details")) {
    usage.reasoning = CountField(*details, "reasoning_tokens");
  }
}

FinishReason IncompleteReason(const JsonObject& response) {
  const auto details = ObjectField(response, "incomplete_details");
  const std::string_view reason = details ? TextField(*details, "reason") : std::string_view();
  if (reason == "max_output_tokens") return FinishReason::kLength;
  if (reason == "content_filter") return FinishReason::kContentFilter;
  return FinishReason::kOther;
}

// How the response ended, if it has: its status, model and usage.
void ReadEnd(const JsonObject& response, AnswerPart& part) {
  part.model = TextField(response, "model");
  ReadUsage(response, part.usage);
  const std::string_view status = TextField(response, "status");
  if (status == "failed" || status == "cancelled") {
    part.error = FindError(response).value_or(VendorError());
  } else if (status == "completed") {
    part.finish_reason = FinishReason::kStop;
  } else if (status == "incomplete") {
    part.finish_reason = IncompleteReason(response);
  }
  if (part.finish_reason) part.is_answer = true;  // one that was filtered has no output
}

void ReadContent(const JsonObject& content, AnswerPart& part) {
  const std::string_view type = TextField(content, "type");
  if (type == "output_text") {
    part.text += TextField(content, "text");
    ReadLogprobs(content, "logprobs", part.logprobs);
  }
  if (type == "refusal") {
    part.text += TextField(content, "refusal");
    part.refused = true;
  }
}

}  // namespace

absl::Status OpenAiResponses::Check(const ModelRequest& request) const {
  if (request.parameters.stop.empty()) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER")
      .Message(
          "OpenAI's responses API has no stop texts; ask the model by chat completions, or set no parameter 'stop'")
      .With("param", "stop");
}

std::string OpenAiResponses::Path(const ModelRequest& /*request*/, bool /*stream*/) const { return "/responses"; }

std::string OpenAiResponses::Body(const ModelRequest& request, bool stream) const {
  std::string body;
  body.reserve(BodySizeHint(request));
  JsonWriter json(body);
  json.BeginObject().Key("model").String(request.model).Key("input");
  WriteMessages(json, request.messages, RoleName(Role::kDeveloper));
  WriteSampling(json, request.parameters);
  if (request.parameters.max_tokens) json.Key("max_output_tokens").Int(*request.parameters.max_tokens);
  if (!request.response_schema.empty()) WriteSchema(json, request.response_schema);
  if (!request.user.empty()) json.Key("safety_identifier").String(UserHash(request.user));
  if (const auto& top = request.parameters.top_logprobs) {
    json.Key("include").BeginArray().String("message.output_text.logprobs").EndArray().Key("top_logprobs").Int(*top);
  }
  json.Key("store").Bool(false);
  if (stream) json.Key("stream").Bool(true);
  json.EndObject();
  return body;
}

void OpenAiResponses::ReadWhole(const JsonObject& root, AnswerPart& part) const {
  ReadEnd(root, part);
  VisitObjects(root, "output", [&part](const JsonObject& item) {
    part.is_answer = true;  // the output of a model that only thought holds no message
    if (TextField(item, "type") != "message") return;
    VisitObjects(item, "content", [&part](const JsonObject& content) { ReadContent(content, part); });
  });
}

void OpenAiResponses::ReadEvent(const JsonObject& root, AnswerPart& part) const {
  const std::string_view type = TextField(root, "type");
  if (type == "error") {
    part.error = ErrorOf(root);
  } else if (type == "response.output_text.delta") {
    part.text = TextField(root, "delta");
    ReadLogprobs(root, "logprobs", part.logprobs);
  } else if (type == "response.refusal.delta") {
    part.text = TextField(root, "delta");
    part.refused = true;
  } else if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
    const auto response = ObjectField(root, "response");
    if (!response) return;
    ReadEnd(*response, part);
    part.is_answer = part.end = true;
  }
}

}  // namespace attune

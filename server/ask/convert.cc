#include "ask/convert.h"

#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

StringMap CopyMap(const google::protobuf::Map<std::string, std::string>& map) {
  return StringMap(map.begin(), map.end());
}

void CopyMap(const StringMap& from, google::protobuf::Map<std::string, std::string>& to) {
  for (const auto& [key, value] : from) to[key] = value;
}

void CopyLogprobs(const std::vector<TokenLogprob>& from, google::protobuf::RepeatedPtrField<v1::TokenLogprob>& to) {
  to.Reserve(static_cast<int>(from.size()));
  for (const TokenLogprob& token : from) {
    v1::TokenLogprob& proto = *to.Add();
    proto.set_token(token.token);
    proto.set_logprob(token.logprob);
    for (const auto& [text, logprob] : token.top) {
      v1::TokenAlternative& alternative = *proto.add_top();
      alternative.set_token(text);
      alternative.set_logprob(logprob);
    }
  }
}

}  // namespace

absl::StatusOr<AskRequest> AskRequestFromProto(const v1::AskRequest& proto) {
  AskRequest request;
  request.prompt = proto.prompt();
  request.input = proto.input();
  request.variables = CopyMap(proto.variables());
  request.history.reserve(proto.history_size());
  for (int i = 0; i < proto.history_size(); ++i) {
    ATTUNE_ASSIGN_OR_RETURN(Message message, MessageFromProto(proto.history(i), StrCat("history[", i, "]")));
    request.history.push_back(std::move(message));
  }
  request.user = proto.user();
  if (proto.has_overrides()) request.overrides = ParametersFromProto(proto.overrides());
  request.request_id = proto.request_id();
  request.min_revision = proto.min_revision();
  request.at_revision = proto.at_revision();
  request.labels = CopyMap(proto.labels());
  request.token_ratio = proto.token_ratio();
  return request;
}

void ToProto(const AskRequest& request, v1::AskRequest& proto) {
  proto.set_prompt(request.prompt);
  proto.set_input(request.input);
  CopyMap(request.variables, *proto.mutable_variables());
  for (const Message& message : request.history) *proto.add_history() = ToProto(message);
  proto.set_user(request.user);
  if (request.overrides != Parameters()) *proto.mutable_overrides() = ToProto(request.overrides);
  proto.set_at_revision(request.at_revision);
  CopyMap(request.labels, *proto.mutable_labels());
  proto.set_token_ratio(request.token_ratio);
}

v1::FinishReason ToProto(FinishReason reason) {
  switch (reason) {
    case FinishReason::kUnspecified:
      return v1::FINISH_REASON_UNSPECIFIED;
    case FinishReason::kStop:
      return v1::STOP;
    case FinishReason::kLength:
      return v1::LENGTH;
    case FinishReason::kContentFilter:
      return v1::CONTENT_FILTER;
    case FinishReason::kRefusal:
      return v1::REFUSAL;
    case FinishReason::kOther:
      return v1::OTHER;
    case FinishReason::kLowCoverage:
      return v1::LOW_COVERAGE;
  }
  return v1::OTHER;
}

void ToProto(const Usage& usage, v1::Usage& proto) {
  proto.set_input_tokens(usage.input_tokens);
  proto.set_cached_input_tokens(usage.cached_input_tokens);
  proto.set_output_tokens(usage.output_tokens);
  proto.set_reasoning_tokens(usage.reasoning_tokens);
  proto.set_reported(usage.reported);
}

void ToProto(const Provenance& provenance, v1::Provenance& proto) {
  proto.set_revision(provenance.revision);
  proto.set_prompt(provenance.prompt);
  proto.set_prompt_version(provenance.prompt_version);
  proto.set_dataset(provenance.dataset);
  proto.set_dataset_version(provenance.dataset_version);
  proto.mutable_example_ids()->Assign(provenance.example_ids.begin(), provenance.example_ids.end());
  proto.set_fell_back_to_lexical(provenance.fell_back_to_lexical);
  proto.set_token_ratio(provenance.token_ratio);
}

v1::TokenEstimate ToProto(const std::string& model, const TokenRatio& learnt) {
  v1::TokenEstimate proto;
  proto.set_model(model);
  proto.set_ratio(learnt.ratio);
  proto.set_error(learnt.error);
  proto.set_answers(learnt.answers);
  return proto;
}

void ToProto(const Timing& timing, v1::Timing& proto) {
  proto.set_total_us(absl::ToInt64Microseconds(timing.total));
  proto.set_provider_us(absl::ToInt64Microseconds(timing.provider));
  proto.set_first_text_us(absl::ToInt64Microseconds(timing.first_text));
  proto.set_attempts(timing.attempts);
  proto.set_embedding_us(absl::ToInt64Microseconds(timing.embedding));
}

void ToProto(const std::optional<Money>& cost, v1::Cost& proto) {
  if (!cost.has_value()) return;
  proto.set_known(true);
  proto.set_nanos(cost->nanos);
  proto.set_currency(cost->currency);
}

void UsageToProto(const AskResult& result, v1::Usage& proto) {
  ToProto(result.usage, proto);
  proto.set_embedding_tokens(result.embedding.tokens);
}

void ToProto(AskResult&& result, v1::AskResponse& proto) {
  proto.set_text(std::move(result.text));
  proto.set_interaction_id(std::move(result.interaction_id));
  ToProto(result.provenance, *proto.mutable_provenance());
  proto.set_model(std::move(result.model));
  proto.set_finish_reason(ToProto(result.finish_reason));
  UsageToProto(result, *proto.mutable_usage());
  ToProto(result.timing, *proto.mutable_timing());
  proto.set_coverage(result.coverage);
  proto.set_cached(result.cached);
  ToProto(result.cost, *proto.mutable_cost());
  CopyLogprobs(result.logprobs, *proto.mutable_logprobs());
  proto.set_repaired(result.repaired);
}

void ToProto(const AskResult& start, v1::StreamStart& proto) {
  proto.set_interaction_id(start.interaction_id);
  ToProto(start.provenance, *proto.mutable_provenance());
  proto.set_model(start.model);
  proto.set_coverage(start.coverage);
}

void ToProto(const AskResult& result, v1::StreamEnd& proto) {
  proto.set_finish_reason(ToProto(result.finish_reason));
  UsageToProto(result, *proto.mutable_usage());
  ToProto(result.timing, *proto.mutable_timing());
  proto.set_cached(result.cached);
  proto.set_model(result.model);
  ToProto(result.cost, *proto.mutable_cost());
  CopyLogprobs(result.logprobs, *proto.mutable_logprobs());
}

void InteractionToProto(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time,
                        v1::Interaction& proto) {
  proto.set_id(result.interaction_id);
  const int64_t micros = absl::ToUnixMicros(time);
  proto.mutable_create_time()->set_seconds(micros / 1'000'000);
  proto.mutable_create_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  ToProto(request, *proto.mutable_request());
  proto.set_text(result.text);
  ToProto(result.provenance, *proto.mutable_provenance());
  proto.set_model(result.model);
  proto.set_finish_reason(ToProto(result.finish_reason));
  UsageToProto(result, *proto.mutable_usage());
  ToProto(result.timing, *proto.mutable_timing());
  proto.set_coverage(result.coverage);
  proto.set_status_code(static_cast<int32_t>(status.code()));
  proto.set_status_message(std::string(status.message()));
  // A whole answer that does not fit the schema is an error with a finish reason.
  const bool whole = result.finish_reason != FinishReason::kUnspecified;
  ToProto(result.cost, *proto.mutable_cost());
  proto.set_cached(result.cached);
  proto.set_repaired(result.repaired);
  proto.set_partial(!status.ok() && !whole && !result.text.empty());
}

}  // namespace attune

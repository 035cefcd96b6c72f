#include "prompt/convert.h"

#include "base/error.h"
#include "base/strings.h"

namespace attune {

absl::StatusOr<Strategy> StrategyFromProto(v1::Strategy strategy, std::string_view field) {
  switch (strategy) {
    case v1::STRATEGY_UNSPECIFIED:
    case v1::LEXICAL:
      return Strategy::kLexical;
    case v1::FIXED:
      return Strategy::kFixed;
    case v1::RANDOM:
      return Strategy::kRandom;
    case v1::SEMANTIC:
      return Strategy::kSemantic;
    case v1::HYBRID:
      return Strategy::kHybrid;
    default:
      return BadField("BAD_FEW_SHOT", field, "is not a strategy; use FIXED, RANDOM, LEXICAL, SEMANTIC or HYBRID");
  }
}

v1::Strategy ToProto(Strategy strategy) {
  switch (strategy) {
    case Strategy::kFixed:
      return v1::FIXED;
    case Strategy::kRandom:
      return v1::RANDOM;
    case Strategy::kLexical:
      return v1::LEXICAL;
    case Strategy::kSemantic:
      return v1::SEMANTIC;
    case Strategy::kHybrid:
      return v1::HYBRID;
  }
  return v1::STRATEGY_UNSPECIFIED;
}

absl::StatusOr<Choice> ChoiceFromProto(v1::Choice choice, std::string_view field) {
  switch (choice) {
    case v1::CHOICE_UNSPECIFIED:
    case v1::MMR:
      return Choice::kMmr;
    case v1::TERM_COVER:
      return Choice::kTermCover;
    default:
      return BadField("BAD_FEW_SHOT", field, "is not a choice; use MMR or TERM_COVER");
  }
}

v1::Choice ToProto(Choice choice) { return choice == Choice::kTermCover ? v1::TERM_COVER : v1::MMR; }

v1::LowCoverageAction ToProto(LowCoverageAction action) {
  switch (action) {
    case LowCoverageAction::kNone:
      return v1::LOW_COVERAGE_ACTION_UNSPECIFIED;
    case LowCoverageAction::kNoExamples:
      return v1::NO_EXAMPLES;
    case LowCoverageAction::kFixedText:
      return v1::FIXED_TEXT;
    case LowCoverageAction::kRefuse:
      return v1::REFUSE;
  }
  return v1::LOW_COVERAGE_ACTION_UNSPECIFIED;
}

v1::Message ToProto(const Message& message) {
  v1::Message proto;
  proto.set_role(std::string(RoleName(message.role)));
  proto.set_content(message.content);
  return proto;
}

absl::StatusOr<Message> MessageFromProto(const v1::Message& message, std::string_view field) {
  const std::optional<Role> role = ParseRole(message.role());
  if (!role.has_value()) {
    return BadField("BAD_ROLE", StrCat(field, ".role"),
                    StrCat("'", message.role(), "' is not a role; use system, developer, user or assistant"));
  }
  return Message{*role, message.content()};
}

v1::Parameters ToProto(const Parameters& parameters) {
  v1::Parameters proto;
  if (parameters.model) proto.set_model(*parameters.model);
  if (parameters.temperature) proto.set_temperature(*parameters.temperature);
  if (parameters.top_p) proto.set_top_p(*parameters.top_p);
  if (parameters.max_tokens) proto.set_max_tokens(*parameters.max_tokens);
  for (const std::string& stop : parameters.stop) proto.add_stop(stop);
  if (parameters.seed) proto.set_seed(*parameters.seed);
  if (parameters.max_examples) proto.set_max_examples(*parameters.max_examples);
  if (parameters.cache) proto.set_cache(*parameters.cache);
  if (parameters.top_logprobs) proto.set_top_logprobs(*parameters.top_logprobs);
  return proto;
}

Parameters ParametersFromProto(const v1::Parameters& proto) {
  Parameters parameters;
  if (proto.has_model()) parameters.model = proto.model();
  if (proto.has_temperature()) parameters.temperature = proto.temperature();
  if (proto.has_top_p()) parameters.top_p = proto.top_p();
  if (proto.has_max_tokens()) parameters.max_tokens = proto.max_tokens();
  parameters.stop.assign(proto.stop().begin(), proto.stop().end());
  if (proto.has_seed()) parameters.seed = proto.seed();
  if (proto.has_max_examples()) parameters.max_examples = proto.max_examples();
  if (proto.has_cache()) parameters.cache = proto.cache();
  if (proto.has_top_logprobs()) parameters.top_logprobs = proto.top_logprobs();
  return parameters;
}

}  // namespace attune

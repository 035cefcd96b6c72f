// Between the API's messages and the plain values of base and prompt.
#ifndef ATTUNE_PROMPT_CONVERT_H_
#define ATTUNE_PROMPT_CONVERT_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "attune/v1/types.pb.h"
#include "base/message.h"
#include "dataset/selection.h"
#include "prompt/prompt.h"

namespace attune {

v1::Message ToProto(const Message& message);
// `field` is the path of the message in the request. INVALID_ARGUMENT (BAD_ROLE).
absl::StatusOr<Message> MessageFromProto(const v1::Message& message, std::string_view field);

v1::Parameters ToProto(const Parameters& parameters);
Parameters ParametersFromProto(const v1::Parameters& proto);

v1::Strategy ToProto(Strategy strategy);
// INVALID_ARGUMENT (BAD_FEW_SHOT).
absl::StatusOr<Strategy> StrategyFromProto(v1::Strategy strategy, std::string_view field);

v1::Choice ToProto(Choice choice);
// INVALID_ARGUMENT (BAD_FEW_SHOT).
absl::StatusOr<Choice> ChoiceFromProto(v1::Choice choice, std::string_view field);

v1::LowCoverageAction ToProto(LowCoverageAction action);

}  // namespace attune

#endif  // ATTUNE_PROMPT_CONVERT_H_

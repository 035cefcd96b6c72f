// Between the API's messages and the plain structs of ask; the API's Interaction is also the stored form of the
// interaction log.
#ifndef ATTUNE_ASK_CONVERT_H_
#define ATTUNE_ASK_CONVERT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ask/prepare.h"
#include "ask/request.h"
#include "ask/token_ratios.h"
#include "attune/v1/attune.pb.h"
#include "attune/v1/catalog.pb.h"
#include "attune/v1/insights.pb.h"
#include "prompt/convert.h"

namespace attune {

// INVALID_ARGUMENT (BAD_ROLE).
absl::StatusOr<AskRequest> AskRequestFromProto(const v1::AskRequest& proto);
v1::AskRequest ToProto(const AskRequest& request);

v1::AskResponse ToProto(AskResult&& result);
v1::StreamStart StreamStartToProto(const AskResult& start);
v1::StreamEnd StreamEndToProto(const AskResult& result);
v1::Usage ToProto(const Usage& usage);
v1::Provenance ToProto(const Provenance& provenance);
v1::TokenEstimate ToProto(const std::string& model, const TokenRatio& learnt);
v1::Timing ToProto(const Timing& timing);
v1::FinishReason ToProto(FinishReason reason);
v1::Cost ToProto(const std::optional<Money>& cost);  // nullopt: unknown

// What is recorded of an Ask. `status` is the answer's.
v1::Interaction InteractionToProto(const AskRequest& request, const AskResult& result, const absl::Status& status,
                                   absl::Time time);

}  // namespace attune

#endif  // ATTUNE_ASK_CONVERT_H_

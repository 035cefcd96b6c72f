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
v1::TokenEstimate ToProto(const std::string& model, const TokenRatio& learnt);
v1::FinishReason ToProto(FinishReason reason);

// These fill in a message as it was made, where it is: it may be in an arena, into which a message of its own would be
// copied.
void ToProto(const AskRequest& request, v1::AskRequest& proto);
void ToProto(AskResult&& result, v1::AskResponse& proto);
void ToProto(const AskResult& start, v1::StreamStart& proto);
void ToProto(const AskResult& result, v1::StreamEnd& proto);
void ToProto(const Usage& usage, v1::Usage& proto);
void ToProto(const Provenance& provenance, v1::Provenance& proto);
void ToProto(const Timing& timing, v1::Timing& proto);
void ToProto(const std::optional<Money>& cost, v1::Cost& proto);  // nullopt: unknown
// What is recorded of an Ask. `status` is the answer's.
void InteractionToProto(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time,
                        v1::Interaction& proto);

}  // namespace attune

#endif  // ATTUNE_ASK_CONVERT_H_

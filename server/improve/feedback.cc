#include "improve/feedback.h"

#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/strings.h"
#include "improve/interactions.h"

namespace attune {
namespace {

absl::Status AtMost(std::string_view field, size_t size, size_t limit) {
  if (size <= limit) return absl::OkStatus();
  return BadField("TOO_LARGE", field, StrCat("has ", size, " bytes; the limit is ", limit));
}

absl::Status CheckFeedback(const v1::RecordFeedbackRequest& request) {
  const v1::Feedback& feedback = request.feedback();
  if (!feedback.has_score() && feedback.thumb() == v1::THUMB_UNSPECIFIED && feedback.correction().empty() &&
      feedback.comment().empty()) {
    return BadField("EMPTY_FEEDBACK", "feedback", "give a score, a thumb, a correction or a comment");
  }
  if (feedback.has_score() && !(feedback.score() >= 0 && feedback.score() <= 1)) {
    return BadField("BAD_SCORE", "feedback.score", "a score is between 0 (worst) and 1 (best)");
  }
  if (!v1::Thumb_IsValid(feedback.thumb())) return BadField("BAD_SCORE", "feedback.thumb", "is not UP or DOWN");
  ATTUNE_RETURN_IF_ERROR(AtMost("feedback.correction", feedback.correction().size(), kMaxFeedbackTextBytes));
  ATTUNE_RETURN_IF_ERROR(AtMost("feedback.comment", feedback.comment().size(), kMaxFeedbackTextBytes));
  ATTUNE_RETURN_IF_ERROR(AtMost("feedback.author", feedback.author().size(), kMaxAuthorBytes));
  return AtMost("request_id", request.request_id().size(), kMaxRequestIdBytes);
}

// What a retry must repeat: everything but what the server adds.
std::string Content(v1::Feedback feedback) {
  feedback.clear_id();
  feedback.clear_create_time_us();
  return feedback.SerializeAsString();
}

std::string FeedbackId(const v1::RecordFeedbackRequest& request, const v1::Feedback& feedback, absl::Time now) {
  // Of the request id alone, so that its reuse on another interaction is found.
  const std::string key = request.request_id().empty()
                              ? StrCat(request.interaction_id(), "/", absl::ToUnixNanos(now), "/", Content(feedback))
                              : StrCat("request/", request.request_id());
  return StrCat("fb-", HashHex(key).substr(0, 20));
}

absl::Status RequestIdReused() {
  return BadField("REQUEST_ID_REUSED", "request_id", "was used for other feedback; take a new id");
}

}  // namespace

absl::StatusOr<std::optional<v1::Feedback>> FeedbackBook::FindFeedback(const std::string& interaction_id,
                                                                       const std::string& id) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<FeedbackRecord> records, store_.ListFeedback(interaction_id));
  for (const FeedbackRecord& record : records) {
    if (record.id != id) continue;
    v1::Feedback feedback;
    if (feedback.ParseFromString(record.payload)) return feedback;
    return Error(absl::StatusCode::kDataLoss, "STORE_CORRUPT")
        .Message(StrCat("feedback ", id, " cannot be read"))
        .With("feedback", id);
  }
  return std::nullopt;
}

absl::StatusOr<v1::RecordFeedbackResponse> FeedbackBook::Record(const v1::RecordFeedbackRequest& request) {
  ATTUNE_RETURN_IF_ERROR(CheckFeedback(request));
  ATTUNE_RETURN_IF_ERROR(FindInteraction(store_, queue_, request.interaction_id()).status());
  const absl::Time now = clock_.Now();
  v1::RecordFeedbackResponse response;
  v1::Feedback& feedback = *response.mutable_feedback();
  feedback = request.feedback();
  feedback.set_create_time_us(absl::ToUnixMicros(now));
  feedback.set_id(FeedbackId(request, feedback, now));
  ATTUNE_ASSIGN_OR_RETURN(std::optional<v1::Feedback> first, FindFeedback(request.interaction_id(), feedback.id()));
  if (!first.has_value()) {
    const absl::Status appended = store_.AppendFeedback({.id = feedback.id(),
                                                         .interaction_id = request.interaction_id(),
                                                         .time_us = feedback.create_time_us(),
                                                         .payload = feedback.SerializeAsString()});
    if (!absl::IsAlreadyExists(appended)) {
      ATTUNE_RETURN_IF_ERROR(appended);
      return response;
    }
    // A retry at the same time was quicker, or the id belongs to another interaction.
    ATTUNE_ASSIGN_OR_RETURN(first, FindFeedback(request.interaction_id(), feedback.id()));
  }
  if (!first.has_value() || Content(*first) != Content(feedback)) return RequestIdReused();
  feedback = *std::move(first);
  return response;
}

}  // namespace attune

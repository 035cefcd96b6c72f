#include "store/checks.h"

#include <limits>

#include "base/error.h"
#include "base/strings.h"

namespace attune {

absl::Status CheckPayload(size_t bytes) {
  if (bytes <= kMaxPayloadBytes) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "PAYLOAD_TOO_LARGE")
      .Message(StrCat("a record of ", bytes, " bytes is over the store's limit of ", kMaxPayloadBytes,
                      " bytes; split it into several"))
      .With("limit", static_cast<int64_t>(kMaxPayloadBytes));
}

absl::Status CheckContinues(int64_t head, absl::Span<const LogRecord> records) {
  for (const LogRecord& record : records) {
    if (record.revision != ++head) {
      return Error(absl::StatusCode::kFailedPrecondition, "REVISION_GAP")
          .Message(StrCat("the catalog log goes on with revision ", head, ", not with ", record.revision,
                          "; replay the log and try again"))
          .With("expected", head)
          .With("revision", record.revision);
    }
    ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  }
  return absl::OkStatus();
}

absl::Status FeedbackExists(std::string_view id) {
  return Error(absl::StatusCode::kAlreadyExists, "FEEDBACK_EXISTS")
      .Message(StrCat("feedback '", id, "' is there already with other content; use another id"))
      .With("feedback", id);
}

absl::Status CheckResults(int64_t first, absl::Span<const std::string> payloads) {
  const int64_t most = std::numeric_limits<int64_t>::max() - static_cast<int64_t>(payloads.size());
  if (first < 0 || first > most) {
    return Error(absl::StatusCode::kInvalidArgument, "BAD_RESULT_NUMBER")
        .Message(StrCat("results are numbered from 0, not from ", first))
        .With("first", first);
  }
  for (const std::string& payload : payloads) ATTUNE_RETURN_IF_ERROR(CheckPayload(payload.size()));
  return absl::OkStatus();
}

}  // namespace attune

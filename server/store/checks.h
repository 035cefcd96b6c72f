// What every store refuses, in the same words.
#ifndef ATTUNE_STORE_CHECKS_H_
#define ATTUNE_STORE_CHECKS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "store/store.h"

namespace attune {

// INVALID_ARGUMENT (PAYLOAD_TOO_LARGE) if one record's payload is over kMaxPayloadBytes.
absl::Status CheckPayload(size_t bytes);

// FAILED_PRECONDITION (REVISION_GAP) unless the records continue a log that ends at `head`; also checks payloads.
absl::Status CheckContinues(int64_t head, absl::Span<const LogRecord> records);

// ALREADY_EXISTS: feedback `id` is there with other content.
absl::Status FeedbackExists(std::string_view id);

// INVALID_ARGUMENT unless the numbers of `payloads`, from `first`, are not negative; also checks payloads.
absl::Status CheckResults(int64_t first, absl::Span<const std::string> payloads);

}  // namespace attune

#endif  // ATTUNE_STORE_CHECKS_H_

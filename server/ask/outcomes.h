// How an Ask ended, as one of a fixed set of words, so that it can be counted.
#ifndef ATTUNE_ASK_OUTCOMES_H_
#define ATTUNE_ASK_OUTCOMES_H_

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace attune {

// The first is for answers, the last for reasons that are not listed; between them are, in order, the reasons that
// attune.proto lists for Ask and StreamAsk, and those of every RPC (a test compares).
inline constexpr std::array<std::string_view, 49> kOutcomes = {
    "ok",
    "ALIAS_NOT_FOUND",
    "ANSWER_NOT_VALID",
    "BAD_MODEL",
    "BAD_NAME",
    "BAD_PARAMETER",
    "BAD_RESPONSE_SCHEMA",
    "BAD_REVISION",
    "BAD_ROLE",
    "BAD_VERSION",
    "BREAKER_OPEN",
    "CALLER_LIMIT",
    "CANCELLED",
    "CLIENT_CLOSED",
    "DATASET_NOT_FOUND",
    "DEADLINE_EXCEEDED",
    "DIMENSIONS_CHANGED",
    "EMBEDDINGS_MISSING",
    "EXAMPLE_NOT_FOUND",
    "INTERNAL",
    "LOW_COVERAGE",
    "MISSING_INPUT",
    "MISSING_VARIABLE",
    "MODEL_CANNOT_EMBED",
    "MODEL_NOT_FOUND",
    "MODEL_REFUSED_PARAMETER",
    "OVERLOADED",
    "PROMPT_NOT_FOUND",
    "PROMPT_TOO_LONG",
    "PROVIDER_BUSY",
    "PROVIDER_CUT",
    "PROVIDER_DEADLINE",
    "PROVIDER_GARBAGE",
    "PROVIDER_KEY_REFUSED",
    "PROVIDER_MISCONFIGURED",
    "PROVIDER_NOT_FOUND",
    "PROVIDER_PROMPT_TOO_LONG",
    "PROVIDER_QUOTA",
    "PROVIDER_RATE_LIMIT",
    "PROVIDER_UNAVAILABLE",
    "REQUEST_ID_REUSED",
    "REVISION_NOT_REACHED",
    "ROUTE_NOT_FOUND",
    "SLOW_READER",
    "TOO_LARGE",
    "UNDECLARED_VARIABLE",
    "VERSION_NOT_FOUND",
    "VERSION_NOT_KEPT",
    "_OTHER",
};

// The reason of an error, or the name of its code if it has none.
std::string ReasonOf(const absl::Status& status);

// Index into kOutcomes.
size_t OutcomeOf(const absl::Status& status);

}  // namespace attune

#endif  // ATTUNE_ASK_OUTCOMES_H_

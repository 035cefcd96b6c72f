// Reads from a response's headers what the vendor lets us do yet. Pure.
#ifndef ATTUNE_PROVIDER_RATE_LIMITS_H_
#define ATTUNE_PROVIDER_RATE_LIMITS_H_

#include "absl/time/time.h"
#include "http/http_client.h"
#include "provider/provider.h"

namespace attune {

// OpenAI, Azure, Groq and others: x-ratelimit-{limit,remaining,reset}-{requests,tokens}, the reset a duration ("6m0s",
// "120ms") or seconds. Anthropic: anthropic-ratelimit-{requests,tokens}-{limit,remaining,reset}, the reset a time in
// RFC 3339. What is missing, negative (Azure sends -1) or not understood is not there.
RateLimits ReadRateLimits(const HttpHead& head, absl::Time now);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_RATE_LIMITS_H_

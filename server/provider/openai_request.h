// The body of a chat completion request.
#ifndef ATTUNE_PROVIDER_OPENAI_REQUEST_H_
#define ATTUNE_PROVIDER_OPENAI_REQUEST_H_

#include <string>

#include "absl/status/status.h"
#include "provider/openai_options.h"
#include "provider/provider.h"

namespace attune {

// INVALID_ARGUMENT (BAD_RESPONSE_SCHEMA) when the response schema is not a JSON object, which would spoil the body.
absl::Status CheckOpenAiRequest(const ModelRequest& request);

// A field is there only if it was set: newer models refuse some even at their default. 0 is a set value.
std::string OpenAiRequestBody(const OpenAiOptions& options, const ModelRequest& request, bool stream);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_REQUEST_H_

// What the request bodies of several vendors have in common.
#ifndef ATTUNE_PROVIDER_VENDOR_REQUEST_H_
#define ATTUNE_PROVIDER_VENDOR_REQUEST_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/json_writer.h"
#include "provider/provider.h"

namespace attune {

// Answers of APIs that demand a cap get this one if none was set. Tokens.
inline constexpr int32_t kDefaultMaxTokens = 4'096;

// The vendors demand a name of a response schema and do nothing with it.
inline constexpr std::string_view kSchemaName = "answer";

// INVALID_ARGUMENT (BAD_RESPONSE_SCHEMA) when the response schema is not a JSON object, which would spoil the body.
absl::Status CheckResponseSchema(const ModelRequest& request);

// INVALID_ARGUMENT (BAD_MODEL) for a model that stands in an address and would lead to another one. Letters, digits and
// - _ . are allowed, and the characters of `more`.
absl::Status CheckModelInPath(std::string_view model, std::string_view more);

// How many bytes a body will have, roughly; for reserve().
size_t BodySizeHint(const ModelRequest& request);

// What the vendor learns of the end user: that two questions come from one person, not who it is.
std::string UserHash(std::string_view user);

// [{"role":…,"content":…},…]; the role of developer messages is called so.
void WriteMessages(JsonWriter& json, const std::vector<Message>& messages, std::string_view developer_role);

// "temperature" and "top_p", as most vendors call them.
void WriteSampling(JsonWriter& json, const Parameters& parameters);

// The stop texts, if there are any, under this name.
void WriteStop(JsonWriter& json, std::string_view name, const std::vector<std::string>& stop);

// The texts of all system and developer messages, a blank line between them: for APIs that take them apart from the
// conversation. Empty: there are none.
std::string Instructions(const std::vector<Message>& messages);
bool IsInstruction(const Message& message);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_REQUEST_H_

// What the JSON of a chat completion says, whole answers and stream chunks alike. Pure: bytes in, values out.
#ifndef ATTUNE_PROVIDER_OPENAI_JSON_H_
#define ATTUNE_PROVIDER_OPENAI_JSON_H_

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/message.h"

namespace attune {

// The error object of a body or chunk. All text is valid UTF-8, of any length.
struct VendorError {
  std::string message;
  std::string type;   // "invalid_request_error", …; may be empty
  std::string code;   // "context_length_exceeded", …, or a number in digits; may be empty
  std::string param;  // the refused parameter; may be empty
};

// One whole answer, or one chunk of a stream.
struct OpenAiPart {
  std::optional<VendorError> error;
  bool has_choice = false;  // the first choice is there; others are ignored
  std::string text;         // content, or the text of a refusal
  bool refused = false;
  std::string finish_reason;  // as the vendor calls it; empty: none yet
  std::string model;
  std::optional<Usage> usage;
};

// Reads one JSON value. Unknown fields are ignored, as are fields of an unexpected type; false if it is not a JSON
// object in valid UTF-8. The parser's memory is reused from call to call.
bool ReadOpenAiPart(simdjson::dom::parser& parser, std::string_view json, OpenAiPart& part);

// The error of a response whose status says that it failed; nullopt if the body holds none that we know.
std::optional<VendorError> ReadVendorError(std::string_view body);

FinishReason OpenAiFinishReason(std::string_view vendor_name);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_JSON_H_

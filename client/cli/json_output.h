// Messages of the API as JSON: the names of the .proto files, every field with a default value there, too.
#ifndef ATTUNE_CLIENT_CLI_JSON_OUTPUT_H_
#define ATTUNE_CLIENT_CLI_JSON_OUTPUT_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"

namespace attune {

// One line, without a newline.
std::string JsonLine(const google::protobuf::Message& message);
// Indented, with a newline.
std::string JsonDocument(const google::protobuf::Message& message);

// {"code":"NOT_FOUND","reason":"PROMPT_NOT_FOUND","message":"...","metadata":{...},"fields":[...]}, one line.
std::string JsonOfError(const absl::Status& status);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_JSON_OUTPUT_H_

// Schemas of answers: any text is taken as a JSON Schema or refused, and an answer is checked against it in bounded
// time, with the same verdict every time.
//
// The input is the schema, then answers, each after a line "---".
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/strings.h"
#include "prompt/response_schema.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/require.h"

namespace attune {
namespace {

constexpr size_t kMaxMessageBytes = 2048;
constexpr size_t kMaxAnswers = 4;  // of one input, which is to take tenths of a second

void CheckMessage(const absl::Status& status) {
  Require(status.message().size() <= kMaxMessageBytes);
  RequireUtf8(StdView(status.message()));
}

void CheckAnswer(const ResponseSchema& schema, std::string_view answer) {
  const absl::Status verdict = schema.Check(answer);
  RequireSameVerdict(schema.Check(answer), verdict);
  if (verdict.ok()) return Require(nlohmann::json::accept(answer));
  CheckMessage(verdict);
  Require(verdict.code() == absl::StatusCode::kInternal && ErrorReason(verdict) == "ANSWER_NOT_VALID");
  Require(!ErrorMetadata(verdict, "cause").empty());
}

}  // namespace
}  // namespace attune

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<std::string_view> parts = attune::CutIntoParts({reinterpret_cast<const char*>(data), size});
  const auto schema = attune::ResponseSchema::Compile(parts.front());
  if (!schema.ok()) {
    const std::string reason = attune::ErrorReason(schema.status());
    attune::Require(reason == "BAD_SCHEMA" || reason == "TOO_LARGE");
    attune::CheckMessage(schema.status());
    return 0;
  }
  for (size_t i = 1; i < parts.size() && i <= attune::kMaxAnswers; ++i) attune::CheckAnswer(**schema, parts[i]);
  return 0;
}

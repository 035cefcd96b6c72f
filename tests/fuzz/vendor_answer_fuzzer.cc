// The reader of answers, in every vendor's dialect: any bytes, whole and in pieces, give the same answer, and all text
// that leaves it is UTF-8. The first byte chooses the size of the pieces, whether a stream was asked for, and the HTTP
// status; the second one the vendor.
#include <iterator>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "provider/anthropic_messages.h"
#include "provider/gemini_generate.h"
#include "provider/openai_chat.h"
#include "provider/openai_completions.h"
#include "provider/openai_responses.h"
#include "provider/vendor_answer.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/require.h"

namespace attune {
namespace {

class CheckingSink final : public TextSink {
 public:
  absl::Status OnText(std::string_view delta) override {
    Require(!delta.empty());
    RequireUtf8(delta);
    text.append(delta);
    return absl::OkStatus();
  }
  std::string text;
};

// Everything that a caller can see of the answer.
std::string Read(const Dialect& dialect, std::string_view body, size_t piece_bytes, bool streamed, int status) {
  VendorOptions options;
  options.api_key = "sk-secret-key";
  CheckingSink sink;
  VendorAnswer answer(options, dialect, "m", streamed ? &sink : nullptr);
  HttpHead head;
  head.status = status;
  absl::Status sent = answer.OnHead(head);
  if (sent.ok()) sent = FeedInPieces(body, piece_bytes, [&](std::string_view piece) { return answer.OnData(piece); });
  const absl::StatusOr<ModelAnswer> result = answer.Finish(sent);
  if (!result.ok()) {
    const std::string error = result.status().ToString();
    RequireUtf8(StdView(result.status().message()));
    Require(!ErrorReason(result.status()).empty());
    Require(error.find(options.api_key) == std::string::npos);
    return ErrorReason(result.status()) + "\n" + sink.text;
  }
  RequireUtf8(result->text);
  RequireUtf8(result->model);
  if (streamed) Require(sink.text == result->text);
  return std::to_string(static_cast<int>(result->finish_reason)) + result->model + "\n" + result->text;
}

const Dialect& DialectOf(uint8_t byte) {
  static const OpenAiChat kChat;
  static const OpenAiCompletions kCompletions;
  static const OpenAiResponses kResponses;
  static const AnthropicMessages kAnthropic;
  static const GeminiGenerate kGemini;
  static const Dialect* const kAll[] = {&kChat, &kCompletions, &kResponses, &kAnthropic, &kGemini};
  return *kAll[byte % std::size(kAll)];
}

}  // namespace
}  // namespace attune

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const attune::Dialect& dialect = attune::DialectOf(data[1]);
  const bool streamed = (data[0] & 64) != 0;
  const int status = (data[0] & 128) != 0 ? 400 : 200;
  const std::string whole = attune::Read(dialect, body, std::string_view::npos, streamed, status);
  const std::string pieces = attune::Read(dialect, body, data[0] % 32 + 1, streamed, status);
  attune::Require(whole == pieces);
  return 0;
}

// Reads the response of one chat completion as it arrives, whole or streamed, and judges how it ended.
#ifndef ATTUNE_PROVIDER_OPENAI_ANSWER_H_
#define ATTUNE_PROVIDER_OPENAI_ANSWER_H_

#include <simdjson.h>

#include <optional>
#include <string>

#include "http/http_client.h"
#include "http/sse_parser.h"
#include "provider/openai_json.h"
#include "provider/openai_options.h"
#include "provider/provider.h"

namespace attune {

// Bytes of a failed response's body that are looked at.
inline constexpr size_t kMaxErrorBodyBytes = 64 << 10;

// Lives in the frame of one Generate call.
class OpenAiAnswer final : public BodySink {
 public:
  // With a sink a stream is expected, though some servers answer whole all the same: what comes is judged by its first
  // byte, not by its content type.
  OpenAiAnswer(const OpenAiOptions& options, std::string_view model, TextSink* sink)
      : options_(options), model_(model), sink_(sink) {}

  absl::Status OnHead(const HttpHead& head) override;
  absl::Status OnData(std::string_view piece) override;
  bool Complete() const override;

  // The answer, or why there is none, once the exchange has ended with `sent`.
  absl::StatusOr<ModelAnswer> Finish(const absl::Status& sent);

 private:
  enum class Shape { kUnknown, kWhole, kStream };

  bool failed() const { return status_ < 200 || status_ > 299; }
  absl::Status Take(std::string_view piece);
  void DecideShape(std::string_view& piece);
  absl::Status TakeEvent(const SseEvent& event);
  absl::Status TakePart(const OpenAiPart& part);
  // Hands the text that came since the last time to the sink, in one piece.
  absl::Status Flush();
  absl::Status FinishWhole();
  absl::StatusOr<ModelAnswer> FinishFailed();
  absl::Status InnerFailure(std::optional<VendorError> error) const;

  const OpenAiOptions& options_;
  const std::string_view model_;
  TextSink* const sink_;
  int status_ = 0;
  std::optional<absl::Duration> retry_after_;
  Shape shape_ = Shape::kUnknown;
  std::string body_;  // of a response that is not a stream
  SseParser events_;
  simdjson::dom::parser json_;
  bool any_choice_ = false;
  bool refused_ = false;
  bool finished_ = false;  // a finish reason came
  bool done_ = false;      // "[DONE]" came
  size_t flushed_ = 0;     // bytes of the text that the sink has
  absl::Status aborted_;   // what this object stopped the exchange with
  ModelAnswer answer_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_ANSWER_H_

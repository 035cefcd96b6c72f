// Reads the response of one model call as it arrives, whole or streamed, and judges how it ended: the same for all
// vendors.
#ifndef ATTUNE_PROVIDER_VENDOR_ANSWER_H_
#define ATTUNE_PROVIDER_VENDOR_ANSWER_H_

#include <optional>
#include <string>

#include "http/http_client.h"
#include "http/sse_parser.h"
#include "provider/dialect.h"
#include "provider/provider.h"
#include "provider/vendor_errors.h"
#include "provider/vendor_options.h"

namespace attune {

// Lives in the frame of one Generate call.
class VendorAnswer final : public BodySink {
 public:
  // With a sink a stream is expected, though some servers answer whole all the same: what comes is judged by its first
  // byte, not by its content type.
  VendorAnswer(const VendorOptions& options, const Dialect& dialect, std::string_view model, TextSink* sink)
      : options_(options), dialect_(dialect), model_(model), sink_(sink) {}

  absl::Status OnHead(const HttpHead& head) override;
  absl::Status OnData(std::string_view piece) override;
  bool Complete() const override;
  bool Begun() const override { return any_text() || (status_ != 0 && failed()); }

  bool any_text() const { return !answer_.text.empty(); }

  // The answer, or why there is none, once the exchange has ended with `sent`.
  absl::StatusOr<ModelAnswer> Finish(const absl::Status& sent);

 private:
  enum class Shape { kUnknown, kWhole, kStream };

  bool failed() const { return status_ < 200 || status_ > 299; }
  absl::Status Take(std::string_view piece);
  void DecideShape(std::string_view& piece);
  absl::Status TakeEvent(const SseEvent& event);
  absl::Status TakePart(AnswerPart part);
  // Hands the text that came since the last time to the sink, in one piece.
  absl::Status Flush();
  absl::Status FinishWhole();
  absl::StatusOr<ModelAnswer> FinishFailed();
  ModelAnswer TakeAnswer();
  absl::Status StrayFailure(absl::Status otherwise) const;
  absl::Status InnerFailure(std::optional<VendorError> error) const;

  const VendorOptions& options_;
  const Dialect& dialect_;
  const std::string_view model_;
  TextSink* const sink_;
  int status_ = 0;
  RetryAdvice retry_;
  Shape shape_ = Shape::kUnknown;
  std::string body_;  // of a response that is not a stream
  SseParser events_;
  bool is_answer_ = false;
  bool refused_ = false;
  bool finished_ = false;  // a finish reason came
  bool done_ = false;      // the end mark came
  size_t flushed_ = 0;     // bytes of the text that the sink has
  absl::Status aborted_;   // what this object stopped the exchange with
  UsageCounts usage_;
  ModelAnswer answer_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_ANSWER_H_

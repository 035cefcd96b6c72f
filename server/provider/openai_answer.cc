#include "provider/openai_answer.h"

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/openai_errors.h"
#include "provider/retry_after.h"

namespace attune {
namespace {

constexpr std::string_view kEndMark = "[DONE]";

}  // namespace

absl::Status OpenAiAnswer::OnHead(const HttpHead& head) {
  status_ = head.status;
  retry_after_ = RetryAfter(head, absl::Now());
  if (failed() || sink_ == nullptr) shape_ = Shape::kWhole;
  return absl::OkStatus();
}

absl::Status OpenAiAnswer::OnData(std::string_view piece) {
  aborted_ = Take(piece);
  // Text that came before an error is the caller's all the same.
  if (absl::Status flushed = Flush(); aborted_.ok()) aborted_ = std::move(flushed);
  return aborted_;
}

bool OpenAiAnswer::Complete() const { return done_ || (failed() && body_.size() >= kMaxErrorBodyBytes); }

absl::Status OpenAiAnswer::Take(std::string_view piece) {
  if (shape_ == Shape::kUnknown) DecideShape(piece);
  if (shape_ == Shape::kStream) {
    return events_.Feed(piece, [this](const SseEvent& event) { return TakeEvent(event); });
  }
  if (failed()) piece = piece.substr(0, kMaxErrorBodyBytes - body_.size());
  body_.append(piece);
  return absl::OkStatus();
}

// An event stream cannot begin with a bracket: no field name does.
void OpenAiAnswer::DecideShape(std::string_view& piece) {
  piece = StdView(absl::StripLeadingAsciiWhitespace(AbslView(piece)));
  if (piece.empty()) return;
  const char first = piece.front();
  shape_ = first == '{' || first == '[' || first == '<' ? Shape::kWhole : Shape::kStream;
}

absl::Status OpenAiAnswer::TakeEvent(const SseEvent& event) {
  if (done_) return absl::OkStatus();
  if (event.type == "error") return InnerFailure(ReadVendorError(event.data));
  if (StdView(absl::StripAsciiWhitespace(AbslView(event.data))) == kEndMark) {
    done_ = true;
    return absl::OkStatus();
  }
  OpenAiPart part;
  if (!ReadOpenAiPart(json_, event.data, part)) {
    return OpenAiGarbage(options_, status_, "an event of its stream is not a JSON object in UTF-8");
  }
  return TakePart(part);
}

absl::Status OpenAiAnswer::TakePart(const OpenAiPart& part) {
  if (part.error) return InnerFailure(part.error);
  if (part.usage) answer_.usage = *part.usage;
  if (!part.model.empty()) answer_.model = part.model;
  answer_.text += part.text;
  any_choice_ |= part.has_choice;
  refused_ |= part.refused;
  if (part.finish_reason == "error") return InnerFailure(std::nullopt);  // Mistral
  if (part.finish_reason.empty()) return absl::OkStatus();
  finished_ = true;
  answer_.finish_reason = OpenAiFinishReason(part.finish_reason);
  return absl::OkStatus();
}

absl::Status OpenAiAnswer::Flush() {
  if (sink_ == nullptr || flushed_ == answer_.text.size()) return absl::OkStatus();
  const std::string_view fresh = std::string_view(answer_.text).substr(flushed_);
  flushed_ = answer_.text.size();
  return sink_->OnText(fresh);
}

absl::Status OpenAiAnswer::InnerFailure(std::optional<VendorError> error) const {
  return OpenAiFailure(options_,
                       {.http_status = 0, .error = std::move(error), .retry_after = retry_after_, .model = model_});
}

absl::StatusOr<ModelAnswer> OpenAiAnswer::Finish(const absl::Status& sent) {
  if (!aborted_.ok()) return aborted_;
  const bool given_up = absl::IsCancelled(sent) || ErrorReason(sent) == "HTTP_DEADLINE";
  if (status_ != 0 && failed() && !given_up) return FinishFailed();  // its status says more than how its body ended
  // After the finish reason the text is whole, however the connection ended.
  if (!sent.ok() && !(finished_ && !given_up)) return OpenAiTransportFailure(options_, sent);
  if (shape_ == Shape::kWhole) ATTUNE_RETURN_IF_ERROR(FinishWhole());
  if (shape_ != Shape::kWhole && !finished_ && !done_) {
    return OpenAiCut(options_, "the stream ended without its end mark");
  }
  if (!any_choice_) return OpenAiGarbage(options_, status_, "it holds no choice");
  if (refused_) answer_.finish_reason = FinishReason::kRefusal;
  return std::move(answer_);
}

absl::Status OpenAiAnswer::FinishWhole() {
  OpenAiPart part;
  if (body_.empty()) return OpenAiGarbage(options_, status_, "the body is empty");
  if (!ReadOpenAiPart(json_, body_, part)) {
    return OpenAiGarbage(options_, status_, "the body is not a JSON object in UTF-8");
  }
  ATTUNE_RETURN_IF_ERROR(TakePart(part));
  return Flush();
}

absl::StatusOr<ModelAnswer> OpenAiAnswer::FinishFailed() {
  std::optional<VendorError> error = ReadVendorError(body_);
  if (status_ == 400 && error && error->code == "content_filter") {  // Azure refuses the prompt: not an error
    answer_.finish_reason = FinishReason::kContentFilter;
    return std::move(answer_);
  }
  return OpenAiFailure(
      options_, {.http_status = status_, .error = std::move(error), .retry_after = retry_after_, .model = model_});
}

}  // namespace attune

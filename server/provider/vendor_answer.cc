#include "provider/vendor_answer.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/rate_limits.h"
#include "provider/retry_after.h"
#include "provider/vendor_json.h"

namespace attune {
namespace {

constexpr std::string_view kEndMark = "[DONE]";          // of OpenAI and all that copy it
constexpr size_t kMostExpectedBytes = size_t{64} << 10;  // room that is made because a head says so

}  // namespace

absl::Status VendorAnswer::OnHead(const HttpHead& head) {
  status_ = head.status;
  retry_ = ReadRetryAdvice(head, absl::Now());
  answer_.rate_limits = ReadRateLimits(head, absl::Now());
  if (failed() || sink_ == nullptr) shape_ = Shape::kWhole;
  if (shape_ == Shape::kWhole) body_.reserve(std::min(head.ContentLength(), kMostExpectedBytes) + kJsonPadding);
  return absl::OkStatus();
}

absl::Status VendorAnswer::OnData(std::string_view piece) {
  aborted_ = Take(piece);
  // Text that came before an error is the caller's all the same.
  if (absl::Status flushed = Flush(); aborted_.ok()) aborted_ = std::move(flushed);
  return aborted_;
}

bool VendorAnswer::Complete() const { return done_ || (failed() && body_.size() >= kMaxErrorBodyBytes); }

absl::Status VendorAnswer::Take(std::string_view piece) {
  if (shape_ == Shape::kUnknown) DecideShape(piece);
  if (shape_ == Shape::kStream) {
    return events_.Feed(piece, [this](const SseEvent& event) { return TakeEvent(event); });
  }
  if (failed()) piece = piece.substr(0, kMaxErrorBodyBytes - body_.size());
  body_.append(piece);
  return absl::OkStatus();
}

// An event stream cannot begin with a bracket: no field name does.
void VendorAnswer::DecideShape(std::string_view& piece) {
  piece = StdView(absl::StripLeadingAsciiWhitespace(AbslView(piece)));
  if (piece.empty()) return;
  const char first = piece.front();
  shape_ = first == '{' || first == '[' || first == '<' ? Shape::kWhole : Shape::kStream;
}

absl::Status VendorAnswer::TakeEvent(const SseEvent& event) {
  if (done_) return absl::OkStatus();
  if (event.type == "error") return InnerFailure(ReadVendorError(event.data));
  const std::string_view data = StdView(absl::StripAsciiWhitespace(AbslView(event.data)));
  done_ = data == kEndMark;
  if (done_ || data.empty()) return absl::OkStatus();  // an empty one only keeps the connection
  JsonObject root;
  const ParserOfThread parser;
  if (!ParseObject(*parser, event.data, root)) {
    return VendorGarbage(options_, status_, "an event of its stream is not a JSON object in UTF-8");
  }
  AnswerPart part;
  part.error = FindError(root);
  if (!part.error) dialect_.ReadEvent(root, part);
  return TakePart(std::move(part));
}

absl::Status VendorAnswer::TakePart(AnswerPart part) {
  usage_.Update(part.usage);
  if (!part.model.empty()) answer_.model = part.model;
  if (answer_.text.empty()) {
    answer_.text = std::move(part.text);
  } else {
    answer_.text += part.text;
  }
  std::move(part.logprobs.begin(), part.logprobs.end(), std::back_inserter(answer_.logprobs));
  if (part.error) return InnerFailure(std::move(part.error));
  is_answer_ |= part.is_answer;
  refused_ |= part.refused;
  done_ |= part.end;
  if (!part.finish_reason) return absl::OkStatus();
  finished_ = true;
  answer_.finish_reason = *part.finish_reason;
  return absl::OkStatus();
}

absl::Status VendorAnswer::Flush() {
  if (sink_ == nullptr || flushed_ == answer_.text.size()) return absl::OkStatus();
  const std::string_view fresh = std::string_view(answer_.text).substr(flushed_);
  flushed_ = answer_.text.size();
  return sink_->OnText(fresh);
}

absl::Status VendorAnswer::InnerFailure(std::optional<VendorError> error) const {
  return FailureStatus(options_, {.http_status = 0, .error = std::move(error), .retry = retry_, .model = model_});
}

absl::StatusOr<ModelAnswer> VendorAnswer::Finish(const absl::Status& sent) {
  if (!aborted_.ok()) return aborted_;
  const bool given_up = !sent.ok() && (absl::IsCancelled(sent) || ErrorReason(sent) == "HTTP_DEADLINE");
  if (status_ != 0 && failed() && !given_up) return FinishFailed();  // its status says more than how its body ended
  // A finish reason does not make up for a broken end: some servers send one with every piece.
  if (!sent.ok() && !done_) return StrayFailure(TransportFailure(options_, sent));
  if (shape_ == Shape::kWhole) ATTUNE_RETURN_IF_ERROR(FinishWhole());
  if (shape_ != Shape::kWhole && !finished_ && !done_) {
    return StrayFailure(VendorCut(options_, "the stream ended without its end mark"));
  }
  if (!is_answer_) return VendorGarbage(options_, status_, "it holds no answer");
  if (refused_) answer_.finish_reason = FinishReason::kRefusal;
  return TakeAnswer();
}

// Gemini may end a stream with a bare error object.
absl::Status VendorAnswer::StrayFailure(absl::Status otherwise) const {
  std::optional<VendorError> error = ReadVendorError(events_.Stray());
  if (error) return InnerFailure(std::move(error));
  return otherwise;
}

ModelAnswer VendorAnswer::TakeAnswer() {
  answer_.usage = usage_.ToUsage();
  return std::move(answer_);
}

absl::Status VendorAnswer::FinishWhole() {
  if (body_.empty()) return VendorGarbage(options_, status_, "the body is empty");
  std::vector<JsonObject> objects;
  const ParserOfThread parser;
  if (!ParseObjects(*parser, body_, objects)) {
    return VendorGarbage(options_, status_, "the body is not a JSON object in UTF-8");
  }
  const bool is_list = objects.size() > 1;  // the events of a stream in an array: Gemini, where `alt=sse` was lost
  for (const JsonObject& object : objects) {
    AnswerPart part;
    part.error = FindError(object);
    if (!part.error && is_list) dialect_.ReadEvent(object, part);
    if (!part.error && !is_list) dialect_.ReadWhole(object, part);
    ATTUNE_RETURN_IF_ERROR(TakePart(std::move(part)));
  }
  if (is_answer_ && !finished_ && (is_list || dialect_.AlwaysTellsFinish())) {
    return VendorCut(options_, "it does not say that it is finished");
  }
  return Flush();
}

absl::StatusOr<ModelAnswer> VendorAnswer::FinishFailed() {
  std::optional<VendorError> error = ReadVendorError(body_);
  if (status_ == 400 && error && error->code == "content_filter") {  // Azure refuses the prompt: not an error
    answer_.finish_reason = FinishReason::kContentFilter;
    return TakeAnswer();
  }
  return FailureStatus(options_, {.http_status = status_, .error = std::move(error), .retry = retry_, .model = model_});
}

}  // namespace attune

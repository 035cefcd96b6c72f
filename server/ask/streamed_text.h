// Between the provider and the caller of a stream: keeps what has arrived, so that a stream that fails can be recorded
// with its partial text, and notes when the first text came.
#ifndef ATTUNE_ASK_STREAMED_TEXT_H_
#define ATTUNE_ASK_STREAMED_TEXT_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "base/clock.h"
#include "provider/provider.h"

namespace attune {

class StreamedText final : public TextSink {
 public:
  // `next` may be null if the object is never used as a sink.
  StreamedText(TextSink* next, const Clock& clock) : next_(next), clock_(clock) {}

  absl::Status OnText(std::string_view delta) override;
  std::string TakeText() { return std::move(text_); }
  // absl::Time() if no text came.
  absl::Time first_text() const { return first_text_; }

 private:
  TextSink* const next_;
  const Clock& clock_;
  std::string text_;
  absl::Time first_text_;
};

}  // namespace attune

#endif  // ATTUNE_ASK_STREAMED_TEXT_H_

#include "ask/streamed_text.h"

namespace attune {

absl::Status StreamedText::OnText(std::string_view delta) {
  if (first_text_ == absl::Time()) first_text_ = clock_.Now();
  text_ += delta;
  return next_->OnText(delta);
}

std::string_view CutUtf8(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return text.substr(0, end);
}

}  // namespace attune

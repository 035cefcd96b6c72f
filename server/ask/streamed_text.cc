#include "ask/streamed_text.h"

namespace attune {

absl::Status StreamedText::OnText(std::string_view delta) {
  if (first_text_ == absl::Time()) first_text_ = clock_.Now();
  text_ += delta;
  return next_->OnText(delta);
}

}  // namespace attune

#include "client/cli/progress.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "base/strings.h"
#include "client/cli/text_width.h"

namespace attune {
namespace {

constexpr size_t kBarWidth = 24;  // columns
constexpr absl::Duration kRedraw = absl::Milliseconds(100);
constexpr absl::Duration kTellTimeAfter = absl::Seconds(1);  // an earlier guess of the rest is worth nothing

std::string Bar(double share) {
  const char* const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto filled = static_cast<size_t>(share * kBarWidth * 8);
  std::string bar;
  for (size_t i = 0; i < filled / 8; ++i) bar += "█";
  bar += eighths[filled % 8];
  for (size_t used = filled / 8 + (filled % 8 > 0 ? 1 : 0); used < kBarWidth; ++used) bar += "·";
  return bar;
}

std::string Rest(const ProgressState& state) {
  if (state.done <= 0 || state.elapsed < kTellTimeAfter || state.done >= state.total) return "";
  const absl::Duration rest = state.elapsed * (static_cast<double>(state.total - state.done) / state.done);
  return StrCat("  ", absl::FormatDuration(absl::Ceil(rest, absl::Seconds(1))), " left");
}

}  // namespace

std::string FormatProgress(std::string_view label, const ProgressState& state, size_t width) {
  std::string line = StrCat(label, "  ");
  if (state.total > 0) {
    const double share = std::clamp(static_cast<double>(state.done) / static_cast<double>(state.total), 0.0, 1.0);
    StrAppend(&line, Bar(share), "  ", static_cast<int>(share * 100), " %", Rest(state));
  } else {
    StrAppend(&line, state.done);
  }
  if (!state.note.empty()) StrAppend(&line, "  ", state.note);
  return Shorten(line, width);
}

ProgressBar::ProgressBar(const Console& console, std::string_view label)
    : console_(console), label_(label), started_(absl::Now()) {}

ProgressBar::~ProgressBar() { Wipe(); }

void ProgressBar::Update(int64_t done, int64_t total, std::string_view note) {
  if (!console_.err_is_terminal) return;
  const absl::Time now = absl::Now();
  if (now - drawn_ < kRedraw) return;
  drawn_ = now;
  const ProgressState state{done, total, now - started_, std::string(note)};
  console_.err << "\r" << FormatProgress(label_, state, console_.width - 1) << "\x1b[K" << std::flush;
  visible_ = true;
}

void ProgressBar::Wipe() {
  if (!visible_) return;
  console_.err << "\r\x1b[K" << std::flush;
  visible_ = false;
  drawn_ = absl::InfinitePast();
}

}  // namespace attune

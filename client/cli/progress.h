// One line of progress on a terminal; nothing at all elsewhere.
#ifndef ATTUNE_CLIENT_CLI_PROGRESS_H_
#define ATTUNE_CLIENT_CLI_PROGRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "client/cli/console.h"

namespace attune {

struct ProgressState {
  int64_t done = 0;
  int64_t total = 0;  // 0: not known; no bar then
  absl::Duration elapsed;
  std::string note;  // at the end of the line
};

// "import  ████████▌·······  53 %  2 s left  note", at most `width` columns. Pure.
std::string FormatProgress(std::string_view label, const ProgressState& state, size_t width);

class ProgressBar {
 public:
  ProgressBar(const Console& console, std::string_view label);
  ~ProgressBar();  // wipes the line
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Cheap to call often: draws at most ten times a second.
  void Update(int64_t done, int64_t total, std::string_view note = "");
  // Before anything else is written to the terminal.
  void Wipe();

 private:
  const Console& console_;
  const std::string label_;
  const absl::Time started_;
  absl::Time drawn_ = absl::InfinitePast();
  bool visible_ = false;
};

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_PROGRESS_H_

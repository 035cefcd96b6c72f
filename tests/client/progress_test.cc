#include "client/cli/progress.h"

#include <gtest/gtest.h>

#include <sstream>

namespace attune {
namespace {

TEST(Progress, ShowsShareBarAndRest) {
  const struct {
    ProgressState state;
    size_t width;
    const char* expected;
  } cases[] = {
      {{0, 10, absl::ZeroDuration(), ""}, 80, "x  ························  0 %"},
      {{5, 10, absl::Seconds(4), "5/10"}, 80, "x  ████████████············  50 %  4s left  5/10"},
      {{5, 10, absl::Milliseconds(400), ""}, 80, "x  ████████████············  50 %"},
      {{10, 10, absl::Seconds(4), ""}, 80, "x  ████████████████████████  100 %"},
      {{12, 10, absl::Seconds(4), ""}, 80, "x  ████████████████████████  100 %"},
      {{1, 192, absl::ZeroDuration(), ""}, 80, "x  ▏·······················  0 %"},
      {{7, 0, absl::Seconds(4), "bytes"}, 80, "x  7  bytes"},
      {{5, 10, absl::Seconds(4), ""}, 8, "x  ████…"},
  };
  for (const auto& c : cases) EXPECT_EQ(FormatProgress("x", c.state, c.width), c.expected);
}

TEST(Progress, IsSilentWhereThereIsNoTerminalAndLeavesNothingBehind) {
  std::ostringstream out, err;
  Console console{.out = out, .err = err};
  console.width = 40;
  { ProgressBar(console, "x").Update(1, 2); }
  EXPECT_EQ(err.str(), "");
  console.err_is_terminal = true;
  { ProgressBar(console, "x").Update(1, 2); }
  EXPECT_TRUE(err.str().starts_with("\rx  █")) << err.str();
  EXPECT_TRUE(err.str().ends_with("\r\x1b[K")) << err.str();
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace attune

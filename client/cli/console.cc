#include "client/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "base/strings.h"

namespace attune {
namespace {

constexpr size_t kUsualWidth = 80;

std::string Paint(std::string_view text, Style style, bool on) {
  if (!on || text.empty()) return std::string(text);
  const char* code = "0";
  switch (style) {
    case Style::kBold:
      code = "1";
      break;
    case Style::kDim:
      code = "2";
      break;
    case Style::kRed:
      code = "31";
      break;
    case Style::kGreen:
      code = "32";
      break;
    case Style::kYellow:
      code = "33";
      break;
  }
  return StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

size_t TerminalWidth() {
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size = {};
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return kUsualWidth;
}

bool ColourWanted() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

std::string Console::OnOut(std::string_view text, Style style) const {
  return Paint(text, style, colour && out_is_terminal);
}

std::string Console::OnErr(std::string_view text, Style style) const {
  return Paint(text, style, colour && err_is_terminal);
}

Console ProcessConsole() {
  Console console{.out = std::cout, .err = std::cerr};
  console.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  console.err_is_terminal = isatty(STDERR_FILENO) == 1;
  console.in_is_terminal = isatty(STDIN_FILENO) == 1;
  console.colour = ColourWanted();
  if (console.out_is_terminal || console.err_is_terminal) console.width = TerminalWidth();
  return console;
}

}  // namespace attune

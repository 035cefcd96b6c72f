// Where `attune` writes: results to `out`, everything else (errors, hints, progress) to `err`.
#ifndef ATTUNE_CLIENT_CLI_CONSOLE_H_
#define ATTUNE_CLIENT_CLI_CONSOLE_H_

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace attune {

enum class Style { kBold, kDim, kRed, kGreen, kYellow };

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool in_is_terminal = false;
  bool colour = false;  // wanted at all; used on terminals only
  size_t width = 0;     // columns of the terminal; 0: not one, lines may be as long as they are

  // The text in that style, for the stream it goes to.
  std::string OnOut(std::string_view text, Style style) const;
  std::string OnErr(std::string_view text, Style style) const;
};

// The process's own streams; colour unless NO_COLOR is set or TERM is "dumb".
Console ProcessConsole();

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_CONSOLE_H_

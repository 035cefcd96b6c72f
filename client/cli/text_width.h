// Text as a terminal shows it: widths in columns, and control characters kept away from it. Pure.
#ifndef ATTUNE_CLIENT_CLI_TEXT_WIDTH_H_
#define ATTUNE_CLIENT_CLI_TEXT_WIDTH_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace attune {

// Columns that UTF-8 text takes: 2 for wide characters, 0 for combining ones; a byte that is no UTF-8 takes 1.
size_t DisplayWidth(std::string_view text);

// The text, or its beginning and "…" if it is wider than `width` columns.
std::string Shorten(std::string_view text, size_t width);

// Answers and examples are data: an escape sequence in them must not command the terminal. Keeps newlines and tabs,
// drops all other control characters.
std::string WithoutControls(std::string_view text);

// The same on one line: each run of white space becomes one space.
std::string OneLine(std::string_view text);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_TEXT_WIDTH_H_

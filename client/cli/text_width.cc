#include "client/cli/text_width.h"

#include <utf8proc.h>

namespace attune {
namespace {

struct Character {
  utf8proc_int32_t code = -1;  // -1: a byte that is no UTF-8
  size_t bytes = 1;
  size_t width = 1;
};

// The first character of a text that is not empty.
Character FirstOf(std::string_view text) {
  Character character;
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const utf8proc_ssize_t bytes = utf8proc_iterate(data, static_cast<utf8proc_ssize_t>(text.size()), &character.code);
  if (bytes <= 0) return Character();
  character.bytes = static_cast<size_t>(bytes);
  character.width = static_cast<size_t>(utf8proc_charwidth(character.code));
  return character;
}

bool IsControl(utf8proc_int32_t code) { return (code >= 0 && code < 0x20) || (code >= 0x7f && code < 0xa0); }

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Character character = FirstOf(text);
    width += character.width;
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string Shorten(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const Character character = FirstOf(text);
    if (used + character.width > width - 1) break;
    used += character.width;
    out += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return out + "…";
}

std::string WithoutControls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstOf(text);
    const bool kept = !IsControl(character.code) || character.code == '\n' || character.code == '\t';
    if (kept && character.code >= 0) out += text.substr(0, character.bytes);
    if (character.code < 0) out += "\uFFFD";
    text.remove_prefix(character.bytes);
  }
  return out;
}

std::string OneLine(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const char c : WithoutControls(text)) {
    if (c == ' ' || c == '\n' || c == '\t') {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
  return out;
}

}  // namespace attune

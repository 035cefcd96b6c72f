// NormalizeText of base/analyzer.h.
#include <utf8proc.h>

#include <array>
#include <cstdlib>

#include "base/analyzer.h"

namespace attune {
namespace {

// Lower case letter or digit, or 0 for a separator.
constexpr std::array<char, 128> MakeAsciiTable() {
  std::array<char, 128> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = static_cast<char>(c);
  for (unsigned char c = 'a'; c <= 'z'; ++c) {
    table[c] = static_cast<char>(c);
    table[c - 'a' + size_t{'A'}] = static_cast<char>(c);
  }
  return table;
}
constexpr std::array<char, 128> kAscii = MakeAsciiTable();

std::string NormalizeAscii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  for (const unsigned char c : text) {
    const char folded = kAscii[c];
    if (folded == 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += folded;
  }
  return out;
}

bool IsWordCharacter(utf8proc_int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

// Appends the character, or a separator for what is none.
void AppendFolded(utf8proc_int32_t c, std::string& out, bool& gap) {
  if (!IsWordCharacter(c)) {
    gap = !out.empty();
    return;
  }
  if (gap) out += ' ';
  gap = false;
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(c, bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

// Folds a piece that is valid UTF-8.
void NormalizePiece(std::string_view piece, std::string& out, bool& gap) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                                      UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(piece.data()),
                                             static_cast<utf8proc_ssize_t>(piece.size()), &mapped, options);
  for (utf8proc_ssize_t at = 0; at < size;) {
    utf8proc_int32_t c = 0;
    at += utf8proc_iterate(mapped + at, size - at, &c);
    AppendFolded(c, out, gap);
  }
  std::free(mapped);
}

std::string NormalizeUnicode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                                   static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    if (size > 0) {
      at += static_cast<size_t>(size);
      continue;
    }
    NormalizePiece(text.substr(begin, at - begin), out, gap);
    gap = !out.empty();  // an invalid byte separates
    begin = ++at;
  }
  NormalizePiece(text.substr(begin), out, gap);
  return out;
}

}  // namespace

bool IsAscii(std::string_view text) {
  for (const unsigned char c : text) {
    if (c >= 0x80) return false;
  }
  return true;
}

std::string NormalizeText(std::string_view text) {
  return IsAscii(text) ? NormalizeAscii(text) : NormalizeUnicode(text);
}

}  // namespace attune

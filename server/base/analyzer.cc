#include "base/analyzer.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>

#include "base/hash.h"

namespace attune {
namespace {

// Characters of an n-gram. Four did best on banking77 (docs/ARCHITECTURE.md); scripts that write several words without
// a space between carry more in each character, and take two.
constexpr size_t kGram = 4;
constexpr size_t kDenseGram = 2;

constexpr char kPad = '_';  // marks the ends of a word: never part of normalised text

bool IsAscii(std::string_view text) {
  for (const unsigned char c : text) {
    if (c >= 0x80) return false;
  }
  return true;
}

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

// Han, kana, Thai, Lao, Khmer, Myanmar: no spaces between words.
bool IsDense(utf8proc_int32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) ||
         (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF);
}

// The n-grams of one word, "_word_"; a word too short for one is a term as a whole. `starts`: where its characters
// begin.
void AddGrams(std::string_view padded, const std::vector<size_t>& starts, size_t gram, std::vector<uint64_t>& terms) {
  const size_t characters = starts.size();
  if (characters <= gram) {
    terms.push_back(Hash64(padded));
    return;
  }
  for (size_t i = 0; i + gram <= characters; ++i) {
    const size_t end = i + gram < characters ? starts[i + gram] : padded.size();
    terms.push_back(Hash64(padded.substr(starts[i], end - starts[i])));
  }
}

void AddAsciiWord(std::string_view word, std::string& padded, std::vector<uint64_t>& terms) {
  padded.assign(1, kPad);
  padded += word;
  padded += kPad;
  if (padded.size() <= kGram) {
    terms.push_back(Hash64(padded));
    return;
  }
  const std::string_view view = padded;
  for (size_t i = 0; i + kGram <= view.size(); ++i) terms.push_back(Hash64(view.substr(i, kGram)));
}

void AddUnicodeWord(std::string_view word, std::vector<uint64_t>& terms) {
  std::string padded(1, kPad);
  padded += word;
  padded += kPad;
  std::vector<size_t> starts;
  bool dense = false;
  for (size_t at = 0; at < padded.size();) {
    starts.push_back(at);
    utf8proc_int32_t c = 0;
    at += utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(padded.data()) + at,
                           static_cast<utf8proc_ssize_t>(padded.size() - at), &c);
    dense = dense || IsDense(c);
  }
  AddGrams(padded, starts, dense ? kDenseGram : kGram, terms);
}

}  // namespace

std::string NormalizeText(std::string_view text) {
  return IsAscii(text) ? NormalizeAscii(text) : NormalizeUnicode(text);
}

std::vector<uint64_t> AnalyzeText(std::string_view text) {
  const std::string normalized = NormalizeText(text);
  const std::string_view view = normalized;
  std::vector<uint64_t> terms;
  terms.reserve(view.size());
  std::string padded;
  for (size_t begin = 0; begin < view.size();) {
    const size_t end = std::min(view.find(' ', begin), view.size());
    const std::string_view word = view.substr(begin, end - begin);
    IsAscii(word) ? AddAsciiWord(word, padded, terms) : AddUnicodeWord(word, terms);
    begin = end + 1;
  }
  return terms;
}

}  // namespace attune

#include "evaluate/normalize.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

namespace attune {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// A letter or digit; any part of a character beyond ASCII counts as one.
bool IsWord(char c) { return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'z') || !IsAscii(c); }

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

std::string Fold(std::string_view text, bool fold_case) {
  if (std::all_of(text.begin(), text.end(), IsAscii)) return fold_case ? LowerAscii(text) : std::string(text);
  utf8proc_uint8_t* mapped = nullptr;
  const auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | (fold_case ? UTF8PROC_CASEFOLD : 0));
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  if (size < 0) return fold_case ? LowerAscii(text) : std::string(text);
  std::string folded(reinterpret_cast<const char*>(mapped), static_cast<size_t>(size));
  std::free(mapped);
  return folded;
}

// One character of a text: its code point, or its byte where there is no valid one.
struct Character {
  utf8proc_int32_t code = 0;
  size_t size = 1;
};

Character CharacterAt(std::string_view text, size_t at) {
  if (IsAscii(text[at])) return {text[at], 1};
  Character found{-1, 1};
  const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                                 static_cast<utf8proc_ssize_t>(text.size() - at), &found.code);
  if (size > 0) found.size = static_cast<size_t>(size);
  return found;
}

bool IsSpace(utf8proc_int32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  const utf8proc_category_t category = utf8proc_category(code);
  return code == 0x85 || (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP);
}

bool IsPunctuation(utf8proc_int32_t code) {
  const utf8proc_category_t category = utf8proc_category(code);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

// Without it another number would be meant: 3.5, 1,000, -5, .5
bool BelongsToNumber(std::string_view text, size_t at) {
  if (at + 1 >= text.size() || !IsDigit(text[at + 1])) return false;
  const bool after_digit = at > 0 && IsDigit(text[at - 1]);
  const bool after_word = at > 0 && IsWord(text[at - 1]);
  if (text[at] == ',') return after_digit;
  if (text[at] == '.') return after_digit || !after_word;
  return text[at] == '-' && !after_word;
}

std::string Filter(std::string_view text, const Normalization& options) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  for (size_t at = 0; at < text.size();) {
    const auto [code, size] = CharacterAt(text, at);
    const std::string_view character = text.substr(at, size);
    if (options.join_space && IsSpace(code)) {
      gap = !out.empty();
    } else if (!options.drop_punctuation || !IsPunctuation(code) || BelongsToNumber(text, at)) {
      if (gap) out += ' ';
      gap = false;
      out += character;
    }
    at += size;
  }
  return out;
}

bool IsArticle(std::string_view word) {
  if (word.size() > 3) return false;
  const std::string lower = LowerAscii(word);
  return lower == "a" || lower == "an" || lower == "the";
}

std::string DropArticles(std::string_view text) {
  std::string out;
  for (const std::string_view word : SplitWords(text)) {
    if (IsArticle(word)) continue;
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

}  // namespace

std::string Normalize(std::string_view text, const Normalization& options) {
  std::string out = Fold(text, options.fold_case);
  if (options.drop_punctuation || options.join_space) out = Filter(out, options);
  return options.drop_articles ? DropArticles(out) : out;
}

std::vector<std::string_view> SplitWords(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace attune

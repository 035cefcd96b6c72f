#include "evaluate/numbers.h"

#include <charconv>
#include <string>
#include <system_error>

namespace attune {
namespace {

constexpr std::string_view kMinuses[] = {"-", "\u2212"};
constexpr std::string_view kCurrencies[] = {"$", "\u20ac", "\u00a3", "\u00a5"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool DigitAt(std::string_view text, size_t at) { return at < text.size() && IsDigit(text[at]); }

bool IsGroup(std::string_view text, size_t at) {
  return at < text.size() && text[at] == ',' && DigitAt(text, at + 1) && DigitAt(text, at + 2) &&
         DigitAt(text, at + 3) && !DigitAt(text, at + 4);
}

void TakeDigits(std::string_view text, size_t& at, std::string& number) {
  while (DigitAt(text, at)) number += text[at++];
}

void TakeExponent(std::string_view text, size_t& at, std::string& number) {
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return;
  const bool sign = at + 1 < text.size() && (text[at + 1] == '-' || text[at + 1] == '+');
  if (!DigitAt(text, at + (sign ? 2 : 1))) return;
  number += 'e';
  if (sign) number += text[at + 1];
  at += sign ? 2 : 1;
  TakeDigits(text, at, number);
}

// Without its sign; moves `at` behind it.
std::string TakeNumber(std::string_view text, size_t& at) {
  std::string number;
  const size_t begin = at;
  TakeDigits(text, at, number);
  if (at - begin >= 1 && at - begin <= 3) {
    while (IsGroup(text, at)) TakeDigits(text, ++at, number);
  }
  if (at < text.size() && text[at] == '.' && DigitAt(text, at + 1)) {
    number += number.empty() ? "0." : ".";
    TakeDigits(text, ++at, number);
  }
  TakeExponent(text, at, number);
  return number;
}

bool TakeEnd(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

bool IsNegative(std::string_view before) {
  for (const std::string_view currency : kCurrencies) {
    if (TakeEnd(before, currency)) break;
  }
  for (const std::string_view minus : kMinuses) {
    if (!TakeEnd(before, minus)) continue;
    return before.empty() || !(IsDigit(before.back()) || IsLetter(before.back()) || before.back() == ')');
  }
  return false;
}

std::optional<double> Parse(const std::string& number, bool negative) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace

std::optional<double> LastNumber(std::string_view text) {
  std::optional<double> last;
  for (size_t at = 0; at < text.size();) {
    const bool point = text[at] == '.' && DigitAt(text, at + 1) && (at == 0 || !IsDigit(text[at - 1]));
    if (!point && !IsDigit(text[at])) {
      ++at;
      continue;
    }
    const std::string_view before = text.substr(0, at);
    const std::string number = TakeNumber(text, at);
    if (!before.empty() && IsLetter(before.back())) continue;
    if (const std::optional<double> value = Parse(number, IsNegative(before))) last = value;
  }
  return last;
}

}  // namespace attune

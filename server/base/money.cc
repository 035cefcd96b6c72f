#include "base/money.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr size_t kPlaces = 9;
constexpr size_t kMostDigits = 7;  // of kMostMoneyUnits

bool AreDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

std::optional<int64_t> ParseNanos(std::string_view text) {
  const size_t point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = has_point ? text.substr(point + 1) : std::string_view();
  if (whole.empty() || whole.size() > kMostDigits || part.size() > kPlaces || has_point == part.empty()) {
    return std::nullopt;
  }
  if (!AreDigits(whole) || !AreDigits(part)) return std::nullopt;
  int64_t units = 0, fraction = 0;
  const std::string padded = StrCat(part, std::string(kPlaces - part.size(), '0'));
  if (!absl::SimpleAtoi(AbslView(whole), &units) || !absl::SimpleAtoi(padded, &fraction)) return std::nullopt;
  if (units * kNanosPerUnit + fraction > kMostMoneyUnits * kNanosPerUnit) return std::nullopt;
  return units * kNanosPerUnit + fraction;
}

std::optional<Money> Sum(const std::optional<Money>& a, const std::optional<Money>& b) {
  if (!a || !b) return std::nullopt;
  if (a->nanos != 0 && b->nanos != 0 && a->currency != b->currency) return std::nullopt;
  return Money{a->nanos + b->nanos, a->nanos != 0 ? a->currency : b->currency};
}

std::string FormatMoney(const Money& money) {
  std::string text = absl::StrFormat("%d.%09d", money.nanos / kNanosPerUnit, money.nanos % kNanosPerUnit);
  const size_t least = text.find('.') + 3;  // two places
  while (text.size() > least && text.back() == '0') text.pop_back();
  return money.currency.empty() ? text : StrCat(text, " ", money.currency);
}

}  // namespace attune

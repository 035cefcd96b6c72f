#include "config_prices.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "base/money.h"
#include "base/strings.h"

namespace attune {
namespace {

std::string ReadCurrency(YamlMap& map) {
  std::string currency = map.String("currency").value_or("USD");
  const bool good = currency.size() == 3 && std::all_of(currency.begin(), currency.end(), [](char c) {
                      return absl::ascii_isupper(static_cast<unsigned char>(c));
                    });
  if (!good) map.Fail("currency", "must be three capital letters, as in USD");
  return currency;
}

std::optional<int64_t> ReadPriceOf(YamlMap& map, const char* key) {
  const std::optional<std::string> text = map.String(key);
  if (!text) return std::nullopt;
  const std::optional<int64_t> nanos = ParseNanos(*text);
  if (!nanos) map.Fail(key, StrCat("'", *text, "' is no price of a million tokens, such as 0.15"));
  return nanos;
}

Price ReadPrice(const YAML::Node& node, YamlErrors& errors) {
  Price price;
  YamlMap map(node, "a price", errors);
  if (const std::optional<std::string> from = map.String("from")) {
    std::string error;
    if (!absl::ParseTime("%Y-%m-%d", *from, &price.from, &error)) map.Fail("from", "must be a day, as in 2026-01-31");
  }
  price.currency = ReadCurrency(map);
  map.Require("input");
  map.Require("output");
  price.input = ReadPriceOf(map, "input").value_or(0);
  price.output = ReadPriceOf(map, "output").value_or(0);
  price.cached_input = ReadPriceOf(map, "cached_input").value_or(price.input);
  map.Finish();
  return price;
}

}  // namespace

std::vector<Price> ReadPrices(YamlMap& model, YamlErrors& errors) {
  std::vector<Price> prices;
  const YAML::Node node = model.Node("prices");
  if (!node.IsDefined()) return prices;
  if (node.IsMap()) return {ReadPrice(node, errors)};
  if (!node.IsSequence()) errors.Add(node, "prices must be a price, or a list of prices by day");
  for (const YAML::Node& entry : node) {
    prices.push_back(ReadPrice(entry, errors));
    if (prices.size() > 1 && prices.back().from <= prices[prices.size() - 2].from) {
      errors.Add(entry, "a price must begin later (from) than the one before it");
    }
  }
  return prices;
}

}  // namespace attune

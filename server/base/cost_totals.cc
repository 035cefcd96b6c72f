#include "base/cost_totals.h"

#include <cstring>
#include <string>

namespace attune {
namespace {

// 0: it is no name of one to four bytes.
uint32_t Pack(const std::string& currency) {
  uint32_t packed = 0;
  if (currency.size() <= sizeof(packed)) std::memcpy(&packed, currency.data(), currency.size());
  return packed;
}

std::string Unpack(uint32_t packed) {
  char name[sizeof(packed) + 1] = {};
  std::memcpy(name, &packed, sizeof(packed));
  return name;
}

}  // namespace

bool CostTotals::Add(const Money& cost) {
  if (cost.currency.empty()) return cost.nanos == 0;
  const uint32_t currency = Pack(cost.currency);
  if (currency == 0) return false;
  for (Total& total : totals_) {
    uint32_t there = total.currency.load(std::memory_order_relaxed);
    if (there == 0 && total.currency.compare_exchange_strong(there, currency, std::memory_order_relaxed)) {
      there = currency;
    }
    if (there != currency) continue;
    total.nanos.fetch_add(cost.nanos, std::memory_order_relaxed);
    return true;
  }
  return false;
}

std::vector<Money> CostTotals::Read() const {
  std::vector<Money> sums;
  for (const Total& total : totals_) {
    const uint32_t currency = total.currency.load(std::memory_order_relaxed);
    if (currency == 0) break;
    sums.push_back({.nanos = total.nanos.load(std::memory_order_relaxed), .currency = Unpack(currency)});
  }
  return sums;
}

}  // namespace attune

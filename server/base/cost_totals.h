// What calls of models cost, added up by currency, for metrics.
#ifndef ATTUNE_BASE_COST_TOTALS_H_
#define ATTUNE_BASE_COST_TOTALS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/money.h"

namespace attune {

// Thread-safe: an answer costs one addition without a lock.
class CostTotals {
 public:
  static constexpr size_t kCurrencies = 4;  // that are kept apart: a model mostly has one

  // False: the currency is not a short name, or there is no room for another one; nothing was added. What costs nothing
  // and has no currency is always taken.
  bool Add(const Money& cost);

  // In the order in which they were seen first.
  std::vector<Money> Read() const;

 private:
  struct Total {
    std::atomic<uint32_t> currency{0};  // the bytes of its name; 0: free
    std::atomic<int64_t> nanos{0};
  };

  std::array<Total, kCurrencies> totals_{};
};

}  // namespace attune

#endif  // ATTUNE_BASE_COST_TOTALS_H_

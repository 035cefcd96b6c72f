// Times of single calls within a benchmark, of which it reports the median and what 99 of 100 keep.
#ifndef ATTUNE_TESTS_BENCH_MICRO_CALL_TIMES_H_
#define ATTUNE_TESTS_BENCH_MICRO_CALL_TIMES_H_

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace attune {

class CallTimes {
 public:
  template <typename Call>
  void Measure(Call call) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    microseconds_.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }

  // `p50_us` and `p99_us`; of the items, one a call. At the end, after at least one call.
  void Report(benchmark::State& state) {
    state.counters["p50_us"] = At(50);
    state.counters["p99_us"] = At(99);
    state.SetItemsProcessed(state.iterations());
  }

 private:
  double At(size_t percent) {
    const auto nth = microseconds_.begin() + static_cast<ptrdiff_t>(microseconds_.size() * percent / 100);
    std::nth_element(microseconds_.begin(), nth, microseconds_.end());
    return *nth;
  }

  std::vector<double> microseconds_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_BENCH_MICRO_CALL_TIMES_H_

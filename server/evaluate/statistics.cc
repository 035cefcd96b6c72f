#include "evaluate/statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace attune {
namespace {

constexpr double kZ = 1.959963984540054;  // the normal distribution's 97.5 % point

// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. Passes BigCrush, and costs
// about a nanosecond.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

// 32 random bits to an index below `size` by multiplication (Lemire, "Fast random integer generation in an interval",
// 2019), without his rejection step: for 100,000 values the bias is below 1 in 40,000 of a value's share.
size_t Index(uint64_t bits, uint64_t size) { return static_cast<size_t>(((bits & 0xFFFFFFFF) * size) >> 32); }

double ResampledMean(std::span<const double> values, Random& random) {
  const uint64_t size = values.size();
  // Two sums, for one draw gives two indices and the additions need not wait for each other.
  double first = 0;
  double second = 0;
  for (uint64_t i = 0; i + 1 < size; i += 2) {
    const uint64_t bits = random.Next();
    first += values[Index(bits, size)];
    second += values[Index(bits >> 32, size)];
  }
  if (size % 2 == 1) first += values[Index(random.Next(), size)];
  return (first + second) / static_cast<double>(size);
}

// In ascending order.
std::vector<double> ResampledMeans(std::span<const double> values, uint64_t seed) {
  Random random(seed);
  std::vector<double> means(kResamples);
  for (double& mean : means) mean = ResampledMean(values, random);
  std::sort(means.begin(), means.end());
  return means;
}

Interval Middle95(const std::vector<double>& means) {
  constexpr size_t kTail = kResamples / 40;
  return {means[kTail], means[kResamples - 1 - kTail]};
}

}  // namespace

Interval WilsonInterval(double successes, int64_t trials) {
  if (trials <= 0) return {0, 1};
  const auto n = static_cast<double>(trials);
  const double p = successes / n;
  const double scale = 1 + kZ * kZ / n;
  const double center = (p + kZ * kZ / (2 * n)) / scale;
  const double half = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n)) / scale;
  // At the ends the bound is the end itself; rounding must not move it.
  return {successes == 0 ? 0 : std::max(0.0, center - half), successes == n ? 1 : std::min(1.0, center + half)};
}

Interval BootstrapMean(std::span<const double> values, uint64_t seed) {
  if (values.empty()) return {0, 0};
  return Middle95(ResampledMeans(values, seed));
}

PairedBootstrap BootstrapDifference(std::span<const double> differences, uint64_t seed) {
  if (differences.empty()) return {};
  const std::vector<double> means = ResampledMeans(differences, seed);
  const auto below = std::upper_bound(means.begin(), means.end(), 0.0) - means.begin();
  const auto above = means.end() - std::lower_bound(means.begin(), means.end(), 0.0);
  const double tail = static_cast<double>(std::min(below, above) + 1) / (kResamples + 1);
  // Resamples of a few cases cannot show how little they prove. The exact test that flips the signs of the differences
  // gives no smaller p-value than this (Fisher's randomization test of matched pairs).
  const auto equal = std::count(differences.begin(), differences.end(), 0.0);
  const double smallest = std::exp2(1 - static_cast<double>(static_cast<std::ptrdiff_t>(differences.size()) - equal));
  return {.interval = Middle95(means), .p_value = std::min(1.0, std::max(2 * tail, smallest))};
}

double McNemarExact(int64_t wins, int64_t losses) {
  const int64_t fewer = std::min(wins, losses);
  const int64_t pairs = wins + losses;
  if (wins == losses) return 1;
  // The binomial probability of exactly `fewer`, by logarithms, then its smaller neighbours by their ratios.
  double log_term = -static_cast<double>(pairs) * std::numbers::ln2;
  for (int64_t i = 1; i <= fewer; ++i) {
    log_term += std::log(static_cast<double>(pairs - fewer + i) / static_cast<double>(i));
  }
  double ratio = 1;
  double sum = 1;
  for (int64_t k = fewer; k > 0 && ratio > 1e-18; --k) {
    ratio *= static_cast<double>(k) / static_cast<double>(pairs - k + 1);
    sum += ratio;
  }
  return std::min(1.0, 2 * std::exp(log_term) * sum);
}

}  // namespace attune

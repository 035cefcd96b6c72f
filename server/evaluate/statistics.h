// The statistics behind every number of a report. Pure and deterministic: the same scores and seed give the same result
// on every machine. All intervals are two-sided, 95 %.
#ifndef ATTUNE_EVALUATE_STATISTICS_H_
#define ATTUNE_EVALUATE_STATISTICS_H_

#include <cstdint>
#include <span>

namespace attune {

inline constexpr int kResamples = 2'000;

struct Interval {
  double low = 0;
  double high = 0;
};

// Of a share of successes: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
// Holds its level for few cases and near 0 and 1, where the normal approximation does not. trials 0: {0, 1}.
// `successes` may be the sum of scores from 0 to 1.
Interval WilsonInterval(double successes, int64_t trials);

// Of a mean: percentile bootstrap over kResamples resamples of the values (Efron and Tibshirani, "An Introduction to
// the Bootstrap", 1993, ch. 13). No values: {0, 0}. About a nanosecond for each value and resample.
Interval BootstrapMean(std::span<const double> values, uint64_t seed);

struct PairedBootstrap {
  Interval interval;  // of the mean difference
  double p_value = 1;
};

// Of the mean of paired differences. The p-value inverts the percentile interval: twice the smaller share of resamples
// on the other side of zero, (count + 1) / (resamples + 1) each, so that it is never 0 (Davison and Hinkley, "Bootstrap
// Methods and their Application", 1997, ch. 4).
PairedBootstrap BootstrapDifference(std::span<const double> differences, uint64_t seed);

// Two-sided exact McNemar test: of wins + losses discordant pairs each side is equally likely to have any (McNemar,
// 1947, in its binomial form). Stable for any number of pairs.
double McNemarExact(int64_t wins, int64_t losses);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_STATISTICS_H_

#include "evaluate/metrics.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

v1::Metric MetricOf(v1::Metric::Kind kind) {
  v1::Metric metric;
  metric.set_kind(kind);
  return metric;
}

v1::Metric Regex(const std::string& pattern) {
  v1::Metric metric = MetricOf(v1::Metric::REGEX);
  metric.set_pattern(pattern);
  return metric;
}

Metrics::Protos ListOf(const std::vector<v1::Metric>& metrics) {
  return Metrics::Protos(metrics.begin(), metrics.end());
}

double ScoreOf(const v1::Metric& metric, std::string_view answer, std::string_view expected) {
  const auto resolved = Metrics::Resolve(ListOf({metric}));
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  if (!resolved.ok()) return -1;
  return Metrics::Compile(*resolved)->Score(answer, expected)[0];
}

TEST(Metrics, AreTheSameIfTheyScoreAlike) {
  const v1::Metric exact = MetricOf(v1::Metric::EXACT);
  v1::Metric spelt_out = exact;
  spelt_out.set_ignore_case(true);
  spelt_out.set_ignore_space(true);
  EXPECT_TRUE(Metrics::Same(exact, spelt_out));
  const auto differs = [](v1::Metric metric, const std::function<void(v1::Metric&)>& change) {
    v1::Metric other = metric;
    change(other);
    return !Metrics::Same(metric, other);
  };
  EXPECT_TRUE(differs(exact, [](v1::Metric& other) { other.set_ignore_case(false); }));
  EXPECT_TRUE(differs(exact, [](v1::Metric& other) { other.set_ignore_articles(true); }));
  EXPECT_TRUE(differs(exact, [](v1::Metric& other) { other.set_name("mine"); }));
  EXPECT_TRUE(differs(exact, [](v1::Metric& other) { other.set_kind(v1::Metric::CONTAINS); }));
  EXPECT_TRUE(differs(Regex("a"), [](v1::Metric& other) { other.set_pattern("b"); }));
  EXPECT_TRUE(differs(MetricOf(v1::Metric::NUMERIC), [](v1::Metric& other) { other.set_tolerance(1); }));
}

struct ScoreCase {
  const char* answer;
  const char* expected;
  double score;
};

TEST(Metrics, ExactForgivesWhatNormalisationDrops) {
  const ScoreCase cases[] = {
      {"Two years.", "two years", 1},
      {"  two \n years\t", "two years", 1},
      {"twoyears", "two years", 0},
      {"Two years", "Three years", 0},
      {"STRASSE", "stra\u00dfe", 1},
      {"e\u0301t\u00e9", "\u00c9te\u0301", 1},
      {"\u00e9t\u00e9", "ete", 0},
      {"\u00abOui\u00bb!", "oui", 1},
      {"don't", "dont", 1},
      {"card_arrival", "cardarrival", 1},
      {"3.5", "35", 0},
      {"-5", "5", 0},
      {"10-5", "105", 1},
      {"C++", "C", 0},
      {"5.", "5", 1},
      {".5", "5", 0},
      {"the cat", "cat", 0},
      {"", "", 1},
      {"!", "", 1},
      {"\xff\xfe", "\xff\xfe", 1},
      {"A\xff", "a\xff", 1},
      {"\u3000a\u00a0b", "a b", 1},
  };
  for (const ScoreCase& test : cases) {
    EXPECT_EQ(ScoreOf(MetricOf(v1::Metric::EXACT), test.answer, test.expected), test.score)
        << test.answer << " / " << test.expected;
  }
}

TEST(Metrics, EachNormalisationCanBeSwitched) {
  v1::Metric strict = MetricOf(v1::Metric::EXACT);
  strict.set_ignore_case(false);
  EXPECT_EQ(ScoreOf(strict, "Yes.", "Yes"), 1);
  EXPECT_EQ(ScoreOf(strict, "yes", "Yes"), 0);
  strict = MetricOf(v1::Metric::EXACT);
  strict.set_ignore_punctuation(false);
  EXPECT_EQ(ScoreOf(strict, "YES  a", "yes a"), 1);
  EXPECT_EQ(ScoreOf(strict, "yes.", "yes"), 0);
  strict = MetricOf(v1::Metric::EXACT);
  strict.set_ignore_space(false);
  EXPECT_EQ(ScoreOf(strict, "Yes.", "yes"), 1);
  EXPECT_EQ(ScoreOf(strict, "yes ", "yes"), 0);
  v1::Metric articles = MetricOf(v1::Metric::EXACT);
  articles.set_ignore_articles(true);
  EXPECT_EQ(ScoreOf(articles, "The cat and an apple", "a cat and apple"), 1);
  EXPECT_EQ(ScoreOf(articles, "theatre", "atre"), 0);
}

TEST(Metrics, ContainsLooksForTheNormalisedText) {
  const ScoreCase cases[] = {
      {"It has a TWO-year warranty.", "twoyear warranty", 1},
      {"It has a one-year warranty.", "two-year", 0},
      {"anything", "!!!", 0},
      {"", "!!!", 1},
  };
  for (const ScoreCase& test : cases) {
    EXPECT_EQ(ScoreOf(MetricOf(v1::Metric::CONTAINS), test.answer, test.expected), test.score) << test.answer;
  }
}

TEST(Metrics, RegexSearchesAndQuotesTheOutput) {
  EXPECT_EQ(ScoreOf(Regex("(?i)two.years"), "about TWO years", ""), 1);
  EXPECT_EQ(ScoreOf(Regex("^two$"), "two years", ""), 0);
  EXPECT_EQ(ScoreOf(Regex("^Answer: {{output}}$"), "Answer: a.c", "a.c"), 1);
  EXPECT_EQ(ScoreOf(Regex("^Answer: {{output}}$"), "Answer: abc", "a.c"), 0);
}

TEST(Metrics, RegexTakesLinearTime) {
  EXPECT_EQ(ScoreOf(Regex("^(a+)+$"), StrCat(std::string(100'000, 'a'), "b"), ""), 0);
  EXPECT_EQ(ScoreOf(Regex("(x+x+)+y"), std::string(100'000, 'x'), ""), 0);
}

TEST(Metrics, NumericComparesTheLastNumbersWithinTheTolerance) {
  v1::Metric numeric = MetricOf(v1::Metric::NUMERIC);
  EXPECT_EQ(ScoreOf(numeric, "6 × 180 = 1080 dollars", "...\n#### 1,080"), 1);
  EXPECT_EQ(ScoreOf(numeric, "1081", "#### 1,080"), 0);
  EXPECT_EQ(ScoreOf(numeric, "none", "5"), 0);
  EXPECT_EQ(ScoreOf(numeric, "5", "none"), 0);
  numeric.set_tolerance(0.1);
  EXPECT_EQ(ScoreOf(numeric, "1.1", "1.0"), 1);
  EXPECT_EQ(ScoreOf(numeric, "1.11", "1.0"), 0);
}

TEST(Metrics, TokenF1IsSquads) {
  struct {
    const char* answer;
    const char* expected;
    double score;
  } const cases[] = {
      {"The two-year warranty", "two-year warranty", 1},
      {"a cat sat", "cat", 2.0 / 3},
      {"cat cat cat", "cat dog", 0.4},
      {"dog", "cat", 0},
      {"", "", 1},
      {"the", "", 1},
      {"word", "", 0},
      {"", "word", 0},
  };
  for (const auto& test : cases) {
    EXPECT_DOUBLE_EQ(ScoreOf(MetricOf(v1::Metric::TOKEN_F1), test.answer, test.expected), test.score) << test.answer;
  }
}

TEST(Metrics, NamesComeFromTheKindAndExactIsTheDefault) {
  auto resolved = Metrics::Resolve({});
  ASSERT_TRUE(resolved.ok() && resolved->size() == 1);
  EXPECT_EQ(resolved->Get(0).kind(), v1::Metric::EXACT);
  resolved = Metrics::Resolve(ListOf({MetricOf(v1::Metric::TOKEN_F1), MetricOf(v1::Metric::EXACT)}));
  ASSERT_TRUE(resolved.ok());
  const auto metrics = Metrics::Compile(*resolved);
  ASSERT_EQ(metrics->size(), 2U);
  EXPECT_EQ(metrics->name(0), "token_f1");
  EXPECT_EQ(metrics->name(1), "exact");
}

TEST(Metrics, ABadOneIsRefusedWithItsField) {
  v1::Metric negative = MetricOf(v1::Metric::NUMERIC);
  negative.set_tolerance(-1);
  v1::Metric endless = MetricOf(v1::Metric::NUMERIC);
  endless.set_tolerance(std::numeric_limits<double>::quiet_NaN());
  v1::Metric unknown;
  unknown.set_kind(static_cast<v1::Metric::Kind>(99));
  v1::Metric stray = MetricOf(v1::Metric::EXACT);
  stray.set_pattern("x");
  const struct {
    v1::Metric metric;
    const char* field;
  } cases[] = {
      {v1::Metric(), "metrics[1].kind"},
      {unknown, "metrics[1].kind"},
      {negative, "metrics[1].tolerance"},
      {endless, "metrics[1].tolerance"},
      {stray, "metrics[1].pattern"},
      {Regex(""), "metrics[1].pattern"},
      {Regex("("), "metrics[1].pattern"},
      {Regex("(a)\\1"), "metrics[1].pattern"},
      {Regex("((a{100}){100}){100}"), "metrics[1].pattern"},
      {Regex(std::string(5000, 'a')), "metrics[1].pattern"},
      {MetricOf(v1::Metric::EXACT), "metrics[1].name"},
  };
  for (const auto& test : cases) {
    const absl::Status status = Metrics::Resolve(ListOf({MetricOf(v1::Metric::EXACT), test.metric})).status();
    EXPECT_EQ(ErrorReason(status), "BAD_METRIC") << status;
    EXPECT_NE(status.ToString().find(test.field), std::string::npos) << status << " lacks " << test.field;
  }
  EXPECT_EQ(ErrorReason(Metrics::Resolve(ListOf(std::vector<v1::Metric>(17, Regex("x")))).status()), "BAD_METRIC");
}

TEST(Metrics, AnExpectedOutputTooLongToQuoteIsRefusedBeforehand) {
  const auto metrics = Metrics::Compile(*Metrics::Resolve(ListOf({Regex("{{output}}")})));
  EXPECT_TRUE(metrics->CheckExpected(std::string(8 << 10, '.')).ok());
  EXPECT_EQ(metrics->Score(std::string(8 << 10, '.'), std::string(8 << 10, '.'))[0], 1);
  EXPECT_EQ(ErrorReason(metrics->CheckExpected(std::string((8 << 10) + 1, 'a'))), "BAD_METRIC");
}

}  // namespace
}  // namespace attune

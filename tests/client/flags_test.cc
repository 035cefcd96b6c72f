#include "client/cli/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "client/attune_client.h"
#include "client/cli/eval_report.h"
#include "client/cli/exit_codes.h"
#include "client/metric_spec.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Flags, PairsAreNameAndValue) {
  google::protobuf::Map<std::string, std::string> map;
  ASSERT_TRUE(AddPairs("--var", {"a=1", "b=", "c=x=y"}, map).ok());
  EXPECT_EQ(map["a"], "1");
  EXPECT_EQ(map["b"], "");
  EXPECT_EQ(map["c"], "x=y");
  for (const char* bad : {"a", "=1", ""}) {
    EXPECT_THAT(std::string(AddPairs("--var", {bad}, map).message()), HasSubstr("is not name=value")) << bad;
  }
}

TEST(Flags, WordsNameEnumValues) {
  EXPECT_EQ(WordFlag<v1::Split>("--split", "test").value(), v1::TEST);
  EXPECT_EQ(WordFlag<v1::Format>("--format", "chat-jsonl").value(), v1::CHAT_JSONL);
  EXPECT_EQ(WordFlag<v1::Split>("--split", "").value(), v1::SPLIT_UNSPECIFIED);
  EXPECT_THAT(std::string(WordFlag<v1::Split>("--split", "dev").status().message()),
              HasSubstr("--split: 'dev' is none of: train, test"));
  EXPECT_FALSE(WordFlag<v1::Split>("--split", "split_unspecified").ok());
}

TEST(Flags, ImportErrorsNameTheFile) {
  const absl::Status status = Error(absl::StatusCode::kInvalidArgument, "BAD_ROW")
                                  .Message("line 3, column 7: no")
                                  .With("line", 3)
                                  .With("column", 7)
                                  .With("cause", "no")
                                  .With("errors", 2)
                                  .Field("line 3, column 7", "no")
                                  .Field("line 9, column 1", "nor this");
  const absl::Status in_file = InFile(status, "a.csv");
  EXPECT_EQ(in_file.message(), "a.csv has 2 errors:");
  EXPECT_THAT(DetailsOf(in_file).fields, ElementsAre(Pair("a.csv:3:7", "no"), Pair("a.csv:9:1", "nor this")));
  EXPECT_EQ(DetailsOf(in_file).reason, "BAD_ROW");
  const absl::Status other = BadField("BAD_NAME", "dataset", "is no name");
  EXPECT_EQ(InFile(other, "a.csv"), other);
}

TEST(Flags, MissingFilesSaySo) {
  const absl::Status status = ReadWhole("/no/such/file").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/no/such/file: cannot be read: No such file"));
  EXPECT_THAT(std::string(ReadWhole("/").status().message()), HasSubstr("directory"));
}

TEST(Metrics, AreReadAsTyped) {
  const struct {
    const char* spec;
    v1::Metric::Kind kind;
    const char* pattern;
    double tolerance;
  } good[] = {{"exact", v1::Metric::EXACT, "", 0},
              {"contains", v1::Metric::CONTAINS, "", 0},
              {"regex:^a:b$", v1::Metric::REGEX, "^a:b$", 0},
              {"numeric", v1::Metric::NUMERIC, "", 0},
              {"numeric:0.5", v1::Metric::NUMERIC, "", 0.5},
              {"token-f1", v1::Metric::TOKEN_F1, "", 0}};
  for (const auto& c : good) {
    const auto metric = ParseMetric(c.spec);
    ASSERT_TRUE(metric.ok()) << metric.status();
    EXPECT_EQ(metric->kind(), c.kind);
    EXPECT_EQ(metric->pattern(), c.pattern);
    EXPECT_EQ(metric->tolerance(), c.tolerance);
  }
  for (const char* bad : {"", "bleu", "regex", "regex:", "numeric:", "numeric:-1", "numeric:nan", "exact:1"}) {
    EXPECT_THAT(std::string(ParseMetric(bad).status().message()), HasSubstr("metrics are exact, contains")) << bad;
  }
}

TEST(Metrics, MayHaveANameAndSayWhatCounts) {
  const auto date = ParseMetric("date=regex:a=b:c");
  ASSERT_TRUE(date.ok()) << date.status();
  EXPECT_EQ(date->name(), "date");
  EXPECT_EQ(date->pattern(), "a=b:c");
  EXPECT_EQ(ParseMetric("regex:a=b")->name(), "");
  const auto strict = ParseMetric("strict=exact:case,punctuation,space");
  ASSERT_TRUE(strict.ok()) << strict.status();
  EXPECT_EQ(strict->name(), "strict");
  EXPECT_TRUE(strict->has_ignore_case() && strict->has_ignore_punctuation() && strict->has_ignore_space());
  EXPECT_FALSE(strict->ignore_case() || strict->ignore_punctuation() || strict->ignore_space());
  const auto loose = ParseMetric("contains:drop-articles");
  ASSERT_TRUE(loose.ok()) << loose.status();
  EXPECT_TRUE(loose->ignore_articles());
  EXPECT_FALSE(loose->has_ignore_case());
  for (const char* bad : {"exact:", "exact:cases", "contains:case,", "token_f1:case", "a=", "a=bleu", "=exact"}) {
    EXPECT_FALSE(ParseMetric(bad).ok()) << bad;
  }
}

TEST(EvalReport, EveryCandidateMustReachTheThreshold) {
  v1::EvaluationReport report;
  for (const double mean : {0.9, 0.8, 0.7}) {
    v1::CandidateReport& candidate = *report.add_candidates();
    candidate.set_name("c" + std::to_string(report.candidates_size()));
    candidate.add_estimates()->set_mean(mean);
  }
  EXPECT_THAT(Below(report, 0.8), ElementsAre("c3"));
  EXPECT_THAT(Below(report, 0.7), ElementsAre());
}

TEST(EvalReport, AVerdictNeedsTheWholeInterval) {
  const struct {
    double low, high, p_value;
    const char* verdict;
  } cases[] = {{0.1, 0.2, 0.01, "better"},
               {-0.2, -0.1, 0.05, "worse"},
               {-0.1, 0.2, 0.01, "no clear difference"},
               {0, 0.2, 0.01, "no clear difference"},
               {1, 1, 0.25, "no clear difference"}};  // three cases of three
  for (const auto& c : cases) {
    v1::Comparison comparison;
    comparison.set_low(c.low);
    comparison.set_p_value(c.p_value);
    comparison.set_high(c.high);
    EXPECT_EQ(Verdict(comparison), c.verdict);
  }
}

TEST(ExitCodes, TellRefusalFromNoAnswerAndBadUsage) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), 2);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), 3);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("")), 3);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), 4);
}

}  // namespace
}  // namespace attune

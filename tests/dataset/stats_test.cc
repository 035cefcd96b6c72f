#include "dataset/stats.h"

#include <gtest/gtest.h>

#include "base/analyzer.h"
#include "dataset/near_duplicates.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

Example With(std::string id, std::string input, std::string output, std::vector<std::string> labels,
             Split split = Split::kTrain) {
  Example example = MakeExample(std::move(id), std::move(input), std::move(output));
  example.labels = std::move(labels);
  example.split = split;
  return example;
}

std::string Text(const std::vector<Bucket>& buckets) {
  std::string text;
  for (const Bucket& bucket : buckets) StrAppend(&text, text.empty() ? "" : " ", bucket.below, ":", bucket.count);
  return text;
}

TEST(CountExamples, CountsLabelsDuplicatesAndLengths) {
  const DatasetPtr dataset = DatasetOf({
      With("a", "Lost card", "x", {"card", "lost"}),
      With("b", "lost CARD!", "x", {"card"}),
      With("c", "l\u00f3st card", "another", {"card"}),
      With("d", std::string(16, 'y'), "", {"lost"}, Split::kTest),
      With("e", "?", "", {}),
      With("f", "!", "", {"zed"}),
      With("g", "?", "", {}),
  });
  const DatasetStats stats = CountExamples({dataset, 1});
  std::string labels;
  for (const auto& [label, count] : stats.labels) StrAppend(&labels, label, "=", count, " ");
  EXPECT_EQ(labels, "card=3 lost=2 zed=1 ");
  EXPECT_EQ(stats.distinct_labels, 3);
  EXPECT_EQ(stats.unlabelled, 2);
  EXPECT_EQ(stats.duplicates, 3);  // b, c and g
  EXPECT_EQ(stats.contradictions, 1);
  EXPECT_EQ(Text(stats.input_lengths), "16:6 32:1");
  EXPECT_EQ(Text(stats.output_lengths), "16:7");
  EXPECT_EQ(stats.near_sample, 7);
}

TEST(CountExamples, LooksAtItsVersionOnly) {
  DatasetPtr dataset = DatasetOf({With("a", "red", "", {"r"}), With("b", "blue", "", {"b"})});
  dataset = ApplyNext(dataset, {.upserts = {Share(With("c", "green", "", {"g"}))}, .deletes = {"a"}});
  EXPECT_EQ(CountExamples({dataset, 1}).labels.front().first, "b");
  EXPECT_EQ(CountExamples({dataset, 1}).labels.back().first, "r");
  EXPECT_EQ(CountExamples({dataset, 2}).labels.back().first, "g");
  EXPECT_EQ(CountExamples({dataset, 0}).distinct_labels, 0);
  EXPECT_EQ(CountExamples({}).distinct_labels, 0);
}

TEST(CountExamples, LengthsAreCharactersAndNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 15; ++i) umlauts += "\u00fc";
  EXPECT_EQ(Text(CountExamples({DatasetOf({With("a", umlauts, umlauts + "xx", {})}), 1}).input_lengths), "16:1");
  EXPECT_EQ(Text(CountExamples({DatasetOf({With("a", umlauts, umlauts + "xx", {})}), 1}).output_lengths), "16:0 32:1");
}

Signed SignedText(const std::string& text, uint64_t key) { return {key, MakeSimHash(AnalyzeText(text))}; }

TEST(NearDuplicates, AreTheNearlySameThatAreNotTheSame) {
  const std::string text =
      "how do I order a replacement for the card that I lost on my holiday in the mountains last week";
  const std::vector<Signed> inputs = {SignedText(text, 1),
                                      SignedText("what does it cost to send money abroad", 2),
                                      SignedText(text + " please", 3),
                                      SignedText("?", 4),
                                      SignedText("!", 5),
                                      SignedText("where can I see my statement", 6)};
  const NearDuplicates near = FindNearDuplicates(inputs);
  EXPECT_EQ(near.sample, 6u);
  EXPECT_EQ(near.found, 2u);
  ASSERT_EQ(near.pairs.size(), 1u);
  EXPECT_EQ(near.pairs[0].first, 0u);
  EXPECT_EQ(near.pairs[0].second, 2u);
  EXPECT_GE(near.pairs[0].similarity, kNearDuplicate);
  EXPECT_LT(near.pairs[0].similarity, 1);
  std::vector<Signed> same = inputs;
  same[2].key = 1;  // the same input, but for its case
  EXPECT_EQ(FindNearDuplicates(same).found, 0u);
  EXPECT_EQ(FindNearDuplicates({}).sample, 0u);
}

// Each input has a neighbour far behind it, so that every comparison is made.
TEST(NearDuplicates, OfManyASampleIsCompared) {
  std::vector<Signed> inputs(20'000);
  for (size_t i = 0; i < inputs.size(); ++i) inputs[i] = {i, {~(i * 0x9E3779B97F4A7C15), i * 0xBF58476D1CE4E5B9}};
  inputs[0].signature = inputs[1].signature = {1, 2};
  const NearDuplicates near = FindNearDuplicates(inputs);
  EXPECT_EQ(near.sample, kMaxComparisons / inputs.size());
  EXPECT_GE(near.found, 1u);  // the first of all is in the sample
  EXPECT_LE(near.pairs.size(), kMaxNearPairs);
}

TEST(TestCoverage, LeavesOutTheCaseAndItsDuplicates) {
  const DatasetPtr dataset =
      DatasetOf({With("a", "lost card", "", {}), With("b", "card", "", {}),
                 With("t1", "Lost card!", "", {}, Split::kTest), With("t2", "zebra", "", {}, Split::kTest)});
  const TestCoverage coverage = CoverTestSplit({dataset, 1});
  EXPECT_EQ(coverage.sample, 2);
  ASSERT_EQ(coverage.histogram.size(), kCoverageBars);
  EXPECT_EQ(coverage.histogram.front().count, 1);  // of the zebra
  EXPECT_EQ(coverage.histogram.back().count, 0);   // the duplicate would be 1
  EXPECT_DOUBLE_EQ(coverage.histogram.back().below, 1);
  EXPECT_GT(coverage.mean, 0);
  EXPECT_LT(coverage.mean, 0.5);
  EXPECT_EQ(CoverTestSplit({Dataset::Empty("x"), 0}).sample, 0);
}

TEST(TestCoverage, OfManyTestsASampleIsAsked) {
  std::vector<Example> examples = {MakeExample("a", "lost card")};
  for (int i = 0; i < 1'500; ++i) examples.push_back(With(StrCat("t", i), StrCat("card ", i), "", {}, Split::kTest));
  const TestCoverage coverage = CoverTestSplit({DatasetOf(examples), 1});
  EXPECT_EQ(coverage.sample, static_cast<int64_t>(kMaxCoverageSample));
  int64_t all = 0;
  for (const Bucket& bucket : coverage.histogram) all += bucket.count;
  EXPECT_EQ(all, coverage.sample);
}

}  // namespace
}  // namespace attune

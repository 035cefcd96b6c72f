#include "manage/dataset_stats.h"

#include <thread>
#include <vector>

#include "tests/manage/shelf.h"

namespace attune {
namespace {

v1::UpdateDatasetRequest SetOf(int examples) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("set");
  for (int i = 0; i < examples; ++i) {
    v1::Example& example = *request.add_mutations()->mutable_upsert();
    example.set_id(StrCat("e", i));
    example.set_input(i % 2 == 0 ? "Lost card" : "lost card!");
    example.set_output(StrCat("answer ", i));
    example.add_labels("card");
    example.set_split(i == 0 ? v1::TEST : v1::TRAIN);
  }
  return request;
}

TEST(DatasetStats, TellWhatAVersionHas) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(SetOf(4)).ok());
  v1::UpdateDatasetRequest more = SetOf(0);
  more.add_mutations()->mutable_upsert()->set_input("something else");
  ASSERT_TRUE(shelf.Update(more).ok());
  DatasetStatsReader reader;
  const auto stats = reader.Read(*shelf.catalog(), "set@1");
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->dataset(), "set");
  EXPECT_EQ(stats->version(), 1);
  EXPECT_EQ(stats->versions(), 2);
  EXPECT_EQ(stats->examples(), 4);
  EXPECT_EQ(stats->train_examples(), 3);
  EXPECT_EQ(stats->test_examples(), 1);
  ASSERT_EQ(stats->labels_size(), 1);
  EXPECT_EQ(stats->labels(0).examples(), 4);
  EXPECT_EQ(stats->duplicates(), 3);
  EXPECT_EQ(stats->contradictions(), 3);
  EXPECT_EQ(stats->near_duplicates().sample(), 4);
  EXPECT_EQ(stats->near_duplicates().found(), 0);
  EXPECT_EQ(stats->input_lengths(0).count(), 4);
  EXPECT_EQ(stats->test_coverage().sample(), 1);
  EXPECT_EQ(stats->test_coverage().mean(), 0);  // all others are its duplicates
  EXPECT_EQ(stats->test_coverage().histogram_size(), 10);
  EXPECT_EQ(reader.Read(*shelf.catalog(), "set")->unlabelled(), 1);
  EXPECT_EQ(ErrorReason(reader.Read(*shelf.catalog(), "nope").status()), "DATASET_NOT_FOUND");
  EXPECT_EQ(ErrorReason(reader.Read(*shelf.catalog(), "set@3").status()), "VERSION_NOT_FOUND");
}

// However the threads fall out: each read is whole or refused, and a place is given back.
TEST(DatasetStats, OnlyTwoAreReadAtOnce) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(SetOf(3'000)).ok());
  DatasetStatsReader reader;
  std::atomic<int> whole{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto stats = reader.Read(*shelf.catalog(), "set");
      if (stats.ok()) return void(++whole);
      EXPECT_EQ(ErrorReason(stats.status()), "OVERLOADED");
      EXPECT_TRUE(RetryDelay(stats.status()).has_value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(whole, kMaxStatsReads);
  for (int i = 0; i < 2 * kMaxStatsReads; ++i) EXPECT_TRUE(reader.Read(*shelf.catalog(), "set").ok());
}

}  // namespace
}  // namespace attune

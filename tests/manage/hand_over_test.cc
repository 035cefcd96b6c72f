// How a compaction is handed over to a writer that goes on, and what becomes of it when the merger stops.
#include <gtest/gtest.h>

#include <thread>

#include "manage/segment_merger.h"
#include "tests/dataset/dataset_steps.h"
#include "tests/fakes/until.h"

namespace attune {
namespace {

// A catalog of a dataset half of whose rows are dead, and a merger that hands over to the test.
class HandedOver : public testing::Test {
 protected:
  HandedOver() {
    DatasetDelta all;
    for (int i = 0; i < 5'000; ++i) all.upserts.push_back(Share(MakeExample(StrCat("e", i), "old text")));
    newest_ = ApplyNext(Dataset::Empty("faq"), all, DatasetSettings{.keep_versions = 1});
    for (ExamplePtr& example : all.upserts) example = Share(MakeExample(example->id, "new text"));
    Publish(ApplyNext(newest_, all));
  }

  void Publish(DatasetPtr dataset) {
    newest_ = std::move(dataset);
    auto catalog = std::make_shared<Catalog>();
    catalog->datasets["faq"] = std::make_shared<const DatasetHistory>(DatasetHistory{newest_, {}});
    cell_.Set(std::move(catalog));
  }
  // As the writer, after it has added some rows.
  bool Install(const SegmentMerger::Change& change, int rows_before) {
    DatasetDelta more;
    for (int i = 0; i < rows_before; ++i) {
      more.upserts.push_back(Share(MakeExample(StrCat("m", refused_.load(), "-", i), "more")));
    }
    if (rows_before > 0) newest_ = ApplyNext(newest_, more);
    const DatasetPtr with = change(newest_);
    const bool changed = with != newest_;
    Publish(with);
    ++(changed ? installed_ : refused_);
    return changed;
  }
  uint32_t Dropped() const {
    return newest_->StatisticsAt(newest_->latest()).rows - newest_->PlacesAt(newest_->latest());
  }

  SnapshotCell<Catalog> cell_{std::make_shared<const Catalog>()};
  DatasetPtr newest_;  // but for the constructor only on the merger's thread, or after its end
  std::atomic<int> refused_{0}, installed_{0};
};

TEST_F(HandedOver, TheMergerStopsInTheMiddleOfACompaction) {
  std::atomic<int> handed_over{0};
  std::atomic<bool> open{false};
  {
    SegmentMerger merger(cell_, [&](const std::string&, const SegmentMerger::Change&) {
      ++handed_over;
      EXPECT_TRUE(Until([&] { return open.load(); }));
      return false;
    });
    ASSERT_TRUE(Until([&] { return handed_over > 0; }));
    std::thread stop([&] {
      open = true;
      merger.Stop();
    });
    stop.join();
    const int until_then = handed_over;
    merger.Wake();
    EXPECT_EQ(handed_over, until_then);
  }
  EXPECT_EQ(Dropped(), 0u);
  SegmentMerger next(cell_,
                     [&](const std::string&, const SegmentMerger::Change& change) { return Install(change, 0); });
  EXPECT_TRUE(Until([&] { return installed_ > 0; }));
  next.Stop();
  EXPECT_EQ(Dropped(), 5'000u);
  EXPECT_EQ(DatasetView(newest_, 2).Find("e7").input(), "new text");
}

struct FastWriter {
  int rows;     // that it adds before each time that something is handed over to it
  int refused;  // hand-overs, until so many are few enough
};

// The writer is always further than what is handed over to it.
TEST_F(HandedOver, UpdatesThatAreFasterAreCaughtUpWith) {
  for (const FastWriter& writer : {FastWriter{400, 1}, FastWriter{9'000, 6}}) {
    refused_ = installed_ = 0;
    if (Dropped() > 0) {
      DatasetDelta again;
      for (int i = 0; i < 5'000; ++i) again.upserts.push_back(Share(MakeExample(StrCat("e", i), "newer text")));
      Publish(ApplyNext(newest_, again));
    }
    const uint32_t dropped = Dropped();
    SegmentMerger merger(
        cell_, [&](const std::string&, const SegmentMerger::Change& change) { return Install(change, writer.rows); });
    EXPECT_TRUE(Until([&] { return installed_ > 0; }));
    merger.Stop();
    EXPECT_EQ(refused_, writer.refused) << "it may have twice as much each time";
    EXPECT_EQ(Dropped() - dropped, 5'000u);
    EXPECT_TRUE(DatasetView(newest_, newest_->latest()).Find(StrCat("m", writer.refused, "-", writer.rows - 1)));
  }
}

}  // namespace
}  // namespace attune

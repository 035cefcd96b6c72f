// When writes are on the disk, and how few times it is waited for.
#include <gtest/gtest.h>

#include "tests/store/faulty_disk.h"
#include "tests/store/sample_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

class Durability : public testing::Test {
 protected:
  Durability() {
    EXPECT_TRUE(FillStore(*store_).ok());
    text_ = *StoreText(*store_);
  }

  // How often the disk was waited for since the last call.
  int64_t Syncs() {
    const int64_t now = disk_.syncs(), since = now - seen_;
    seen_ = now;
    return since;
  }

  ScratchDirectory directory_;
  std::string path_ = directory_.File("store.db");
  FaultyDisk disk_;
  std::unique_ptr<Store> store_ = OpenOrFail({.path = path_});
  std::string text_;
  int64_t seen_ = 0;
};

TEST_F(Durability, WhatMustLastIsSyncedBeforeItIsAcknowledged) {
  Syncs();
  ASSERT_TRUE(store_->AppendCatalog({{13, "a"}}).ok());
  EXPECT_GE(Syncs(), 1);
  ASSERT_TRUE(store_->AppendFeedback({"f3", "i101", 3, "good"}).ok());
  EXPECT_GE(Syncs(), 1);
  ASSERT_TRUE(store_->PutEvaluation({"e2", 6, 1, ""}).ok());
  EXPECT_GE(Syncs(), 1);
}

TEST_F(Durability, InteractionsAndResultsDoNotWaitForTheDisk) {
  Syncs();
  ASSERT_TRUE(store_->AppendInteractions({{{"i200", 1, "faq", 0, "a"}}}).ok());
  ASSERT_TRUE(store_->AppendResults("e1", 3, {"r3"}).ok());
  EXPECT_EQ(Syncs(), 0);
}

TEST_F(Durability, RecordsOfOneAppendShareOneCommit) {
  Syncs();
  ASSERT_TRUE(store_->AppendCatalog({{13, "a"}}).ok());
  const int64_t one = Syncs();
  std::vector<LogRecord> records;
  for (int64_t revision = 14; revision < 314; ++revision) records.push_back({revision, "b"});
  ASSERT_TRUE(store_->AppendCatalog(records).ok());
  EXPECT_EQ(Syncs(), one);
}

TEST_F(Durability, WhatWasAcknowledgedIsThereAfterAKill) {
  const std::string copy = directory_.File("copy.db");
  for (int64_t revision = 13; revision < 40; ++revision) {
    ASSERT_TRUE(store_->AppendCatalog({{revision, StrCat("commit ", revision)}}).ok());
    ASSERT_TRUE(store_->AppendInteractions({{{StrCat("i", 200 + revision), 1, "faq", 0, "asked"}}}).ok());
    CopyStoreFiles(path_, copy);
    ASSERT_EQ(*StoreText(*OpenOrFail({.path = copy})), *StoreText(*store_)) << "at revision " << revision;
  }
}

TEST_F(Durability, ReopeningGivesTheSameEverything) {
  for (const bool full : {false, true, true}) {
    store_.reset();
    store_ = OpenOrFail({.path = path_, .full_integrity_check = full});
    EXPECT_EQ(*StoreText(*store_), text_);
  }
  EXPECT_FALSE(std::filesystem::exists(path_ + "-journal"));
  store_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal")) << "what is closed is one file";
}

}  // namespace
}  // namespace attune

#include "tests/store/store_contract.h"

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
  Store& store() override { return *store_; }
  void Reopen() override {}

 private:
  std::unique_ptr<Store> store_ = NewMemoryStore();
};

class SqliteUnderTest final : public StoreUnderTest {
 public:
  SqliteUnderTest() { Reopen(); }
  Store& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    auto opened = OpenSqliteStore({.path = directory_.File("store.db"), .full_integrity_check = true});
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

 private:
  ScratchDirectory directory_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract,
                         testing::Values(StoreKind{"Memory", [] { return std::make_unique<MemoryUnderTest>(); }},
                                         StoreKind{"Sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}),
                         [](const testing::TestParamInfo<StoreKind>& info) { return info.param.name; });

TEST(MemoryStore, DropsTheOldestInteractionsAndTheirFeedback) {
  const auto store = NewMemoryStore({.max_interactions = 2, .max_interaction_bytes = 100});
  ASSERT_TRUE(store->AppendInteractions({{{"a", 1, "", 0, ""}, {"b", 2, "", 0, ""}}}).ok());
  ASSERT_TRUE(store->AppendFeedback({"f", "a", 1, "good"}).ok());
  ASSERT_TRUE(store->AppendInteractions({{{"c", 3, "", 0, std::string(60, 'x')}}}).ok());
  EXPECT_FALSE((*store->GetInteraction("a")).has_value());
  EXPECT_TRUE((*store->GetInteraction("b")).has_value());
  EXPECT_EQ(store->ListFeedback("a")->size(), 0u);
  EXPECT_TRUE(store->AppendFeedback({"f", "b", 1, "bad"}).ok());
  ASSERT_TRUE(store->AppendInteractions({{{"d", 4, "", 0, std::string(60, 'x')}}}).ok());
  EXPECT_EQ(store->ListInteractions({})->size(), 1u);
}

}  // namespace
}  // namespace attune

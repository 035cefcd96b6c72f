#include <atomic>
#include <thread>

#include "tests/store/store_contract.h"

namespace attune {
namespace {

constexpr int kRounds = 60;
constexpr int kBatch = 5;

// Whole batches only, in order and without a gap, is what a reader may ever see of the log.
void CheckLog(Store& store) {
  int64_t last = 0;
  const absl::Status status = store.ReplayCatalog(0, [&](const LogRecord& record) {
    EXPECT_EQ(record.revision, ++last);
    EXPECT_EQ(record.payload, StrCat("commit ", last));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

void AppendLog(Store& store) {
  for (int round = 0; round < kRounds; ++round) {
    std::vector<LogRecord> batch;
    for (int64_t i = 1; i <= kBatch; ++i) batch.push_back({round * kBatch + i, StrCat("commit ", round * kBatch + i)});
    const absl::Status status = store.AppendCatalog(batch);
    EXPECT_TRUE(status.ok()) << status;
  }
}

void AppendInteractions(Store& store, int writer) {
  for (int round = 0; round < kRounds; ++round) {
    std::vector<InteractionRecord> batch;
    for (int i = 0; i < kBatch; ++i) batch.push_back({StrCat(round, "/", writer, "/", i), round, "faq", i % 2, "p"});
    const absl::Status status = store.AppendInteractions(batch);
    EXPECT_TRUE(status.ok()) << status;
  }
}

void AppendFeedback(Store& store, int writer) {
  for (int round = 0; round < kRounds; ++round) {
    const absl::Status status =
        store.AppendFeedback({StrCat(round, "/", writer), StrCat(round, "/0/0"), round, "good"});
    EXPECT_TRUE(status.ok()) << status;
  }
}

void Evaluate(Store& store) {
  for (int round = 0; round < kRounds; ++round) {
    EXPECT_TRUE(store.PutEvaluation({"e", 1, round, StrCat(round)}).ok());
    EXPECT_TRUE(store.AppendResults("e", round, {StrCat(round)}).ok());
  }
}

void ReadAll(Store& store) {
  CheckLog(store);
  for (const bool with_feedback : {false, true}) {
    const auto page = store.ListInteractions({.prompt = "faq", .with_feedback = with_feedback, .limit = 100});
    EXPECT_TRUE(page.ok()) << page.status();
  }
  EXPECT_TRUE(store.GetInteraction("3/1/2").ok());
  EXPECT_TRUE(store.ListFeedback("3/0/0").ok());
  EXPECT_TRUE(store.ListEvaluations("", 10).ok());
  EXPECT_TRUE(store.ListResults("e", 0, 100).ok());
}

TEST_P(StoreContract, ManyThreadsWriteAndReadAtOnce) {
  std::vector<std::thread> writers;
  writers.emplace_back([&] { AppendLog(store()); });
  writers.emplace_back([&] { Evaluate(store()); });
  for (int writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer] { AppendInteractions(store(), writer); });
    writers.emplace_back([&, writer] { AppendFeedback(store(), writer); });
  }
  std::atomic<bool> written = false;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 5; ++reader) {
    readers.emplace_back([&] {
      while (!written) ReadAll(store());
    });
  }
  for (std::thread& writer : writers) writer.join();
  written = true;
  for (std::thread& reader : readers) reader.join();
  CheckLog(store());
  EXPECT_EQ(Log(kRounds * kBatch - 1), StrCat(kRounds * kBatch, ":commit ", kRounds * kBatch));
  EXPECT_EQ(store().ListInteractions({.limit = kMaxListRows})->size(), size_t{2} * kRounds * kBatch);
  EXPECT_EQ(store().ListFeedback("3/0/0")->size(), 2u);
  EXPECT_EQ(store().ListResults("e", 0, kMaxListRows)->size(), size_t{kRounds});
}

TEST_P(StoreContract, OfWritersWithTheSameRevisionOneWins) {
  std::atomic<int> won = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&] {
      for (int64_t revision = 1; revision <= 50; ++revision) {
        const absl::Status status = store().AppendCatalog({{revision, StrCat("commit ", revision)}});
        won += status.ok() ? 1 : 0;
        EXPECT_TRUE(status.ok() || ErrorReason(status) == "REVISION_GAP") << status;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(won, 50);
  CheckLog(store());
}

}  // namespace
}  // namespace attune

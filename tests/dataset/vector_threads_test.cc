// Readers search while a writer adds vectors and a worker links them.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/snapshot_cell.h"
#include "tests/dataset/vector_set.h"

namespace attune {
namespace {

constexpr uint32_t kDimensions = 8;
constexpr uint32_t kBatch = 64;
constexpr int kReaders = 2;

// What holds of every snapshot: as many rows as it has are found, the nearest is the question itself, and a second
// search finds the same.
void ExpectWholeSnapshot(const VectorIndex& index, const std::vector<float>& question, uint32_t row) {
  ASSERT_TRUE(index.Has(row));
  const auto all = [](uint32_t) { return true; };
  const std::vector<RankedRow> found = index.Search(question, 10, all);
  ASSERT_EQ(found.size(), std::min<size_t>(10, index.size()));
  EXPECT_EQ(found.front().row, row);
  EXPECT_NEAR(found.front().score, 1, 1e-5);
  const std::vector<RankedRow> again = index.Search(question, 10, all);
  for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].row, again[i].row);
  size_t missing = 0;
  index.VisitMissing(static_cast<uint32_t>(index.size()), [&](uint32_t) { return ++missing > 0; });
  EXPECT_EQ(missing, 0u);
  EXPECT_FALSE(index.Has(static_cast<uint32_t>(index.size())));
}

TEST(VectorIndexThreads, ReadersSearchWhileItGrows) {
  ClusteredVectors stream(kDimensions, 50, 1);
  std::vector<std::vector<float>> vectors;
  for (size_t i = 0; i < kExactVectors + kVectorsPerMerge; ++i) vectors.push_back(stream.Next());
  SnapshotCell<VectorIndex> cell(VectorIndex::Empty(kDimensions));
  Mutex writer;  // the worker installs what it has linked, so there is one writer at a time
  std::atomic<bool> added{false}, done{false};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (uint32_t begin = 0; begin < vectors.size(); begin += kBatch) {
      std::vector<VectorIndex::Added> batch;
      for (uint32_t row = begin; row < begin + kBatch; ++row) batch.push_back({row, vectors[row]});
      MutexLock lock(writer);
      cell.Set(*VectorIndex::Add(cell.Get(), std::move(batch)));
    }
    added = true;
  });
  threads.emplace_back([&] {
    while (true) {
      const bool last = added;
      const auto snapshot = cell.Get();
      if (last && !snapshot->NeedsMerge()) break;
      if (!snapshot->NeedsMerge()) {
        std::this_thread::yield();
        continue;
      }
      const auto merged = *VectorIndex::Merge(snapshot);
      MutexLock lock(writer);
      cell.Set(VectorIndex::Install(cell.Get(), merged));
    }
    done = true;
  });
  for (int reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&, reader] {
      for (size_t i = static_cast<size_t>(reader); !done; i += 7) {
        const auto index = cell.Get();
        if (index->size() == 0) continue;
        const auto row = static_cast<uint32_t>(i % index->size());
        ExpectWholeSnapshot(*index, vectors[row], row);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cell.Get()->size(), vectors.size());
  EXPECT_GE(cell.Get()->Linked(), kExactVectors);
}

}  // namespace
}  // namespace attune

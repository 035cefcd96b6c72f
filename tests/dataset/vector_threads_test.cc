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
constexpr uint32_t kBegin = kExactVectors + kBatch;  // large enough for a graph
constexpr int kReaders = 2;

// What holds of every snapshot: the best ten are found, of all the rows that it has and no others, and a second search
// finds the same. Returns whether the vector that is the question was found.
bool ExpectWholeSnapshot(const VectorIndex& index, const std::vector<float>& question, uint32_t row) {
  EXPECT_TRUE(index.Has(row));
  const auto all = [](uint32_t) { return true; };
  const std::vector<RankedRow> found = index.Search(question, 10, all), again = index.Search(question, 10, all);
  EXPECT_EQ(found.size(), 10u);
  EXPECT_EQ(again.size(), 10u);
  for (size_t i = 0; i < found.size() && i < again.size(); ++i) {
    EXPECT_EQ(found[i].row, again[i].row);
    EXPECT_LT(found[i].row, index.size());
  }
  size_t missing = 0;
  index.VisitMissing(static_cast<uint32_t>(index.size()), [&](uint32_t) { return ++missing > 0; });
  EXPECT_EQ(missing, 0u);
  EXPECT_FALSE(index.Has(static_cast<uint32_t>(index.size())));
  return !found.empty() && found.front().row == row;
}

TEST(VectorIndexThreads, ReadersSearchWhileItGrows) {
  ClusteredVectors stream(kDimensions, 50, 1);
  std::vector<std::vector<float>> vectors;
  for (size_t i = 0; i < kBegin; ++i) vectors.push_back(stream.Next());
  SnapshotCell<VectorIndex> cell(MakeVectorIndex(vectors));
  for (size_t i = 0; i < kVectorsPerMerge; ++i) vectors.push_back(stream.Next());
  Mutex writer;  // the worker installs what it has linked, so there is one writer at a time
  std::atomic<bool> added{false}, done{false};
  std::atomic<int> searches{0}, itself{0};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (uint32_t begin = kBegin; begin < vectors.size(); begin += kBatch) {
      std::vector<VectorIndex::Added> batch;
      for (uint32_t row = begin; row < begin + kBatch; ++row) batch.push_back({row, vectors[row]});
      MutexLock lock(writer);
      cell.Set(*VectorIndex::Add(cell.Get(), batch));
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
        const auto row = static_cast<uint32_t>(i % index->size());
        ++searches;
        if (ExpectWholeSnapshot(*index, vectors[row], row)) ++itself;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(itself, searches * 0.99);  // the graph may miss one
  EXPECT_EQ(cell.Get()->size(), vectors.size());
  EXPECT_EQ(cell.Get()->Linked(), kExactVectors + kVectorsPerMerge);
}

}  // namespace
}  // namespace attune

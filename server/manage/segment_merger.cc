#include "manage/segment_merger.h"

#include <utility>

namespace attune {
namespace {

constexpr absl::Duration kLookAgain = absl::Seconds(1);  // whether what was replaced can be freed

// The first dataset after `last`, in the order of their names and around their end, that has work: none waits for
// another that is always written. Null: none does.
DatasetPtr NextWithWork(const Catalog& catalog, const std::string& last) {
  const auto first = catalog.datasets.upper_bound(last);
  const auto find = [](auto begin, auto end) -> DatasetPtr {
    for (; begin != end; ++begin) {
      const DatasetPtr& dataset = begin->second->dataset;
      if (dataset->NeedsMerge() || dataset->NeedsCompaction()) return dataset;
    }
    return nullptr;
  };
  DatasetPtr found = find(first, catalog.datasets.end());
  return found != nullptr ? found : find(catalog.datasets.begin(), first);
}

}  // namespace

SegmentMerger::SegmentMerger(const SnapshotCell<Catalog>& catalog, Install install)
    : catalog_(catalog), install_(std::move(install)), thread_([this] { Run(); }) {}

SegmentMerger::~SegmentMerger() { Stop(); }

void SegmentMerger::Stop() {
  stopping_ = true;
  Wake();
  if (thread_.joinable()) thread_.join();
}

void SegmentMerger::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  work_.NotifyOne();
}

void SegmentMerger::Run() {
  while (WaitForWork()) {
    while (WorkOnce()) continue;
  }
}

bool SegmentMerger::WaitForWork() {
  MutexLock lock(mutex_);
  while (!woken_ && replaced_.empty()) work_.Wait(lock);
  if (!woken_) work_.WaitFor(lock, kLookAgain);
  woken_ = false;
  return !stopping_;
}

bool SegmentMerger::WorkOnce() {
  replaced_.Free();
  const DatasetPtr dataset = NextWithWork(*catalog_.Get(), last_);
  if (dataset == nullptr) return false;
  last_ = dataset->name();
  const bool done = dataset->NeedsCompaction() ? Compact(*dataset) : Merge(*dataset);
  KeepReplaced(*dataset);
  return done;
}

void SegmentMerger::KeepReplaced(const Dataset& before) {
  replaced_.Keep(before.Parts(), catalog_.Get()->datasets.find(last_)->second->dataset->Parts());
}

bool SegmentMerger::Merge(const Dataset& dataset) {
  const SegmentPtr merged = dataset.Merge([this] { return stopping(); });
  if (merged == nullptr) return false;
  install_(last_, [&merged](const DatasetPtr& newest) { return Dataset::Install(newest, merged); });
  return true;
}

// The writer goes on meanwhile: what it has added is added here as well, until there is so little of it that the writer
// can add the rest itself.
bool SegmentMerger::Compact(const Dataset& dataset) {
  DatasetPtr compacted = dataset.Compact([this] { return stopping(); });
  for (uint64_t limit = kFirstCatchUp; compacted != nullptr; limit *= 2) {
    const DatasetPtr published = catalog_.Get()->datasets.find(last_)->second->dataset;
    compacted = Dataset::CatchUp(compacted, published, [this] { return stopping(); });
    if (compacted == nullptr || stopping()) return false;
    DatasetPtr replaced;
    const bool installed = install_(last_, [&](const DatasetPtr& newest) {
      replaced = newest;
      if (Dataset::Behind(compacted, newest) > limit) return newest;
      return Dataset::CatchUp(compacted, newest, [] { return false; });
    });
    if (!installed) continue;
    KeepReplaced(*replaced);
    return true;
  }
  return false;
}

}  // namespace attune

#include "manage/segment_merger.h"

#include <utility>

namespace attune {
namespace {

// The first dataset after `last`, in the order of their names and around their end, that needs a merge: none waits for
// another that is always written. Null: none does.
DatasetPtr NextToMerge(const Catalog& catalog, const std::string& last) {
  const auto first = catalog.datasets.upper_bound(last);
  const auto find = [](auto begin, auto end) -> DatasetPtr {
    for (; begin != end; ++begin) {
      if (begin->second->dataset->NeedsMerge()) return begin->second->dataset;
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
    while (MergeOne()) continue;
  }
}

bool SegmentMerger::WaitForWork() {
  MutexLock lock(mutex_);
  while (!woken_) work_.Wait(lock);
  woken_ = false;
  return !stopping_;
}

bool SegmentMerger::MergeOne() {
  // Held until the end: so what was merged is freed here, and not by the writer or by a reader.
  const DatasetPtr dataset = NextToMerge(*catalog_.Get(), last_);
  if (dataset == nullptr) return false;
  SegmentPtr merged = dataset->Merge([this] { return stopping_.load(std::memory_order_relaxed); });
  if (merged == nullptr) return false;
  last_ = dataset->name();
  install_(last_, std::move(merged));
  return true;
}

}  // namespace attune

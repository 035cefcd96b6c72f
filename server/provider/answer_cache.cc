#include "provider/answer_cache.h"

#include <utility>

#include "base/logprob_bytes.h"

namespace attune {
namespace {

constexpr size_t kEntryBytes = 512;  // of an entry beside its texts, roughly

size_t BytesOf(const std::string& key, const ModelAnswer& answer) {
  return kEntryBytes + key.size() + answer.text.size() + answer.model.size() + LogprobBytes(answer.logprobs);
}

}  // namespace

std::shared_ptr<const ModelAnswer> AnswerCache::Get(std::string_view key) {
  const absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end() && now < found->second->ends) {
    entries_.splice(entries_.begin(), entries_, found->second);
    ++counters_.hits;
    return found->second->answer;
  }
  ++counters_.misses;
  if (found != by_key_.end()) Erase(found->second);
  return nullptr;
}

void AnswerCache::Put(std::string key, ModelAnswer answer) {
  const size_t bytes = BytesOf(key, answer);
  if (bytes > policy_.max_bytes / kCacheShareOfOne) return;
  auto shared = std::make_shared<const ModelAnswer>(std::move(answer));
  const absl::Time ends = clock_.Now() + policy_.ttl;
  MutexLock lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) Erase(found->second);
  while (counters_.bytes + bytes > policy_.max_bytes) {
    Erase(std::prev(entries_.end()));
    ++counters_.evicted;
  }
  entries_.push_front({std::move(key), std::move(shared), bytes, ends});
  by_key_.emplace(entries_.front().key, entries_.begin());
  counters_.bytes += bytes;
}

void AnswerCache::Erase(Entries::iterator entry) {
  by_key_.erase(entry->key);
  counters_.bytes -= entry->bytes;
  entries_.erase(entry);
}

AnswerCache::Counters AnswerCache::counters() const {
  MutexLock lock(mutex_);
  Counters counters = counters_;
  counters.entries = entries_.size();
  return counters;
}

}  // namespace attune

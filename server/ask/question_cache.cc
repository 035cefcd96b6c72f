#include "ask/question_cache.h"

namespace attune {
namespace {

constexpr size_t kEntryBytes = 256;  // about what an entry takes beside its numbers

size_t BytesOf(const VectorPtr& vector) { return kEntryBytes + vector->size() * sizeof(float); }

}  // namespace

VectorPtr QuestionCache::Find(const std::string& key) {
  MutexLock lock(mutex_);
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void QuestionCache::Add(const std::string& key, VectorPtr vector) {
  MutexLock lock(mutex_);
  if (places_.contains(key)) return;  // another Ask had the same question
  bytes_ += BytesOf(vector);
  entries_.emplace_front(key, std::move(vector));
  places_[key] = entries_.begin();
  while (bytes_ > max_bytes_ && entries_.size() > 1) {
    bytes_ -= BytesOf(entries_.back().second);
    places_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

}  // namespace attune

// Answers of models by the calls that they answer: bounded in bytes, each for a limited time, the least used go first.
#ifndef ATTUNE_PROVIDER_ANSWER_CACHE_H_
#define ATTUNE_PROVIDER_ANSWER_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "provider/provider.h"

namespace attune {

struct CachePolicy {
  size_t max_bytes = 0;  // keys and answers together; 0: no cache
  absl::Duration ttl = absl::Hours(1);
};

inline constexpr size_t kCacheShareOfOne = 8;  // an entry of more than max_bytes over this is not kept

// Thread-safe; one object for all providers, since their names are in the keys.
class AnswerCache {
 public:
  // `clock` must outlive it.
  AnswerCache(CachePolicy policy, const Clock& clock) : policy_(policy), clock_(clock) {}

  // nullptr: there is none, or its time is over.
  std::shared_ptr<const ModelAnswer> Get(std::string_view key);
  // Replaces an earlier answer to the same call.
  void Put(std::string key, ModelAnswer answer);

  struct Counters {
    int64_t hits = 0, misses = 0, evicted = 0;
    size_t entries = 0, bytes = 0;
  };
  Counters counters() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const ModelAnswer> answer;
    size_t bytes = 0;
    absl::Time ends;
  };
  using Entries = std::list<Entry>;  // the latest used first

  void Erase(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const CachePolicy policy_;
  const Clock& clock_;
  mutable Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string_view, Entries::iterator> by_key_ ABSL_GUARDED_BY(mutex_);  // keys live in entries_
  Counters counters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_ANSWER_CACHE_H_

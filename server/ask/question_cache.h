// The vectors of the latest questions, so that a question that comes again, as in an evaluation or a conversation's
// retry, is embedded once.
#ifndef ATTUNE_ASK_QUESTION_CACHE_H_
#define ATTUNE_ASK_QUESTION_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"

namespace attune {

inline constexpr size_t kMaxQuestionVectorBytes = 16 << 20;  // of all numbers; the longest unused ones go first

using VectorPtr = std::shared_ptr<const std::vector<float>>;

// Thread-safe.
class QuestionCache {
 public:
  explicit QuestionCache(size_t max_bytes = kMaxQuestionVectorBytes) : max_bytes_(max_bytes) {}

  // Null: it is not there. `key`: see EmbedKey.
  VectorPtr Find(const std::string& key);
  void Add(const std::string& key, VectorPtr vector);

 private:
  using Entries = std::list<std::pair<std::string, VectorPtr>>;  // the latest used first

  const size_t max_bytes_;
  Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Entries::iterator> places_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace attune

#endif  // ATTUNE_ASK_QUESTION_CACHE_H_

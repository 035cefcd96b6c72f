#include "store/memory_store.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/mutex.h"
#include "store/checks.h"

namespace attune {
namespace {

// One mutex guards all; lists copy out of it.
class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const MemoryStoreOptions& options) : options_(options) {}

  std::string Describe() const override { return "memory"; }

  absl::Status AppendCatalog(absl::Span<const LogRecord> records) override;
  absl::Status ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) override;
  absl::Status AppendInteractions(absl::Span<const InteractionRecord> records) override;
  absl::StatusOr<std::optional<InteractionRecord>> GetInteraction(std::string_view id) override;
  absl::StatusOr<std::vector<InteractionRecord>> ListInteractions(const InteractionFilter& filter) override;
  absl::Status AppendFeedback(const FeedbackRecord& record) override;
  absl::StatusOr<std::vector<FeedbackRecord>> ListFeedback(std::string_view interaction_id) override;
  absl::Status PutEvaluation(const EvaluationRecord& record) override;
  absl::StatusOr<std::optional<EvaluationRecord>> GetEvaluation(std::string_view id) override;
  absl::StatusOr<std::vector<EvaluationRecord>> ListEvaluations(std::string_view before_id, size_t limit) override;
  absl::Status AppendResults(std::string_view evaluation_id, int64_t first,
                             absl::Span<const std::string> payloads) override;
  absl::StatusOr<std::vector<std::string>> ListResults(std::string_view evaluation_id, int64_t first,
                                                       size_t limit) override;
  absl::Status PutVectors(absl::Span<const VectorRecord> records) override;
  absl::StatusOr<FoundVectors> GetVectors(absl::Span<const std::string> keys) override;

 private:
  template <typename T>
  using ById = std::map<std::string, T, std::less<>>;

  // The one after `after`; nullopt at the end of the log.
  std::optional<LogRecord> CatalogAfter(int64_t after);
  bool Passes(const InteractionRecord& record, const InteractionFilter& filter) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropVectors() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const MemoryStoreOptions options_;
  Mutex mutex_;
  std::vector<LogRecord> catalog_ ABSL_GUARDED_BY(mutex_);
  ById<InteractionRecord> interactions_ ABSL_GUARDED_BY(mutex_);
  size_t interaction_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  ById<std::vector<FeedbackRecord>> feedback_ ABSL_GUARDED_BY(mutex_);  // by interaction, oldest first
  ById<FeedbackRecord> feedback_by_id_ ABSL_GUARDED_BY(mutex_);
  ById<EvaluationRecord> evaluations_ ABSL_GUARDED_BY(mutex_);
  ById<std::map<int64_t, std::string>> results_ ABSL_GUARDED_BY(mutex_);  // by evaluation, by number
  ById<std::vector<float>> vectors_ ABSL_GUARDED_BY(mutex_);              // by key
  size_t vector_numbers_ ABSL_GUARDED_BY(mutex_) = 0;                     // of all vectors
};

absl::Status MemoryStore::AppendCatalog(absl::Span<const LogRecord> records) {
  MutexLock lock(mutex_);
  ATTUNE_RETURN_IF_ERROR(CheckContinues(static_cast<int64_t>(catalog_.size()), records));
  catalog_.insert(catalog_.end(), records.begin(), records.end());
  return absl::OkStatus();
}

std::optional<LogRecord> MemoryStore::CatalogAfter(int64_t after) {
  MutexLock lock(mutex_);
  const size_t index = after < 0 ? 0 : static_cast<size_t>(after);
  if (index >= catalog_.size()) return std::nullopt;
  return catalog_[index];
}

absl::Status MemoryStore::ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) {
  while (const std::optional<LogRecord> record = CatalogAfter(after)) {
    ATTUNE_RETURN_IF_ERROR(visit(*record));
    after = record->revision;
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::AppendInteractions(absl::Span<const InteractionRecord> records) {
  for (const InteractionRecord& record : records) ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  MutexLock lock(mutex_);
  for (const InteractionRecord& record : records) {
    if (interactions_.try_emplace(record.id, record).second) interaction_bytes_ += record.payload.size();
  }
  while (interactions_.size() > options_.max_interactions || interaction_bytes_ > options_.max_interaction_bytes) {
    DropOldest();
  }
  return absl::OkStatus();
}

void MemoryStore::DropOldest() {
  const auto oldest = interactions_.begin();
  if (const auto given = feedback_.find(oldest->first); given != feedback_.end()) {
    for (const FeedbackRecord& record : given->second) feedback_by_id_.erase(record.id);
    feedback_.erase(given);
  }
  interaction_bytes_ -= oldest->second.payload.size();
  interactions_.erase(oldest);
}

absl::StatusOr<std::optional<InteractionRecord>> MemoryStore::GetInteraction(std::string_view id) {
  MutexLock lock(mutex_);
  const auto found = interactions_.find(id);
  if (found == interactions_.end()) return std::optional<InteractionRecord>();
  return std::optional<InteractionRecord>(found->second);
}

bool MemoryStore::Passes(const InteractionRecord& record, const InteractionFilter& filter) const {
  return (filter.prompt.empty() || record.prompt == filter.prompt) && (!filter.failed || record.status_code != 0) &&
         (!filter.with_feedback || feedback_.contains(record.id));
}

absl::StatusOr<std::vector<InteractionRecord>> MemoryStore::ListInteractions(const InteractionFilter& filter) {
  MutexLock lock(mutex_);
  const size_t limit = std::min(filter.limit, kMaxListRows);
  std::vector<InteractionRecord> found;
  size_t bytes = 0;
  auto next = filter.before_id.empty() ? interactions_.end() : interactions_.lower_bound(filter.before_id);
  while (next != interactions_.begin() && found.size() < limit && bytes < kMaxListBytes) {
    --next;
    if (!Passes(next->second, filter)) continue;
    found.push_back(next->second);
    bytes += next->second.payload.size();
  }
  return found;
}

absl::Status MemoryStore::AppendFeedback(const FeedbackRecord& record) {
  ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  MutexLock lock(mutex_);
  if (const auto [entry, added] = feedback_by_id_.try_emplace(record.id, record); !added) {
    const FeedbackRecord& first = entry->second;
    const bool same = first.interaction_id == record.interaction_id && first.payload == record.payload;
    return same ? absl::OkStatus() : FeedbackExists(record.id);
  }
  std::vector<FeedbackRecord>& given = feedback_[record.interaction_id];
  const auto later = [](int64_t time_us, const FeedbackRecord& other) { return time_us < other.time_us; };
  given.insert(std::upper_bound(given.begin(), given.end(), record.time_us, later), record);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FeedbackRecord>> MemoryStore::ListFeedback(std::string_view interaction_id) {
  MutexLock lock(mutex_);
  const auto found = feedback_.find(interaction_id);
  if (found == feedback_.end()) return std::vector<FeedbackRecord>();
  const std::vector<FeedbackRecord>& given = found->second;
  return std::vector<FeedbackRecord>(given.begin(), given.begin() + std::min(given.size(), kMaxListRows));
}

absl::Status MemoryStore::PutEvaluation(const EvaluationRecord& record) {
  ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  MutexLock lock(mutex_);
  evaluations_.insert_or_assign(record.id, record);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<EvaluationRecord>> MemoryStore::GetEvaluation(std::string_view id) {
  MutexLock lock(mutex_);
  const auto found = evaluations_.find(id);
  if (found == evaluations_.end()) return std::optional<EvaluationRecord>();
  return std::optional<EvaluationRecord>(found->second);
}

absl::StatusOr<std::vector<EvaluationRecord>> MemoryStore::ListEvaluations(std::string_view before_id, size_t limit) {
  MutexLock lock(mutex_);
  const auto position = [](const EvaluationRecord& record) { return std::tie(record.time_us, record.id); };
  const auto before = evaluations_.find(before_id);
  std::vector<EvaluationRecord> found;
  if (!before_id.empty() && before == evaluations_.end()) return found;
  for (const auto& [id, record] : evaluations_) {
    if (before_id.empty() || position(record) < position(before->second)) found.push_back(record);
  }
  const auto newer = [&](const auto& a, const auto& b) { return position(a) > position(b); };
  std::sort(found.begin(), found.end(), newer);
  found.resize(std::min({found.size(), limit, kMaxListRows}));
  return found;
}

absl::Status MemoryStore::AppendResults(std::string_view evaluation_id, int64_t first,
                                        absl::Span<const std::string> payloads) {
  ATTUNE_RETURN_IF_ERROR(CheckResults(first, payloads));
  MutexLock lock(mutex_);
  std::map<int64_t, std::string>& results = results_[std::string(evaluation_id)];
  for (const std::string& payload : payloads) results.insert_or_assign(first++, payload);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> MemoryStore::ListResults(std::string_view evaluation_id, int64_t first,
                                                                  size_t limit) {
  MutexLock lock(mutex_);
  limit = std::min(limit, kMaxListRows);
  std::vector<std::string> found;
  const auto results = results_.find(evaluation_id);
  if (results == results_.end()) return found;
  auto next = results->second.find(first);
  for (; next != results->second.end() && next->first == first && found.size() < limit; ++next, ++first) {
    found.push_back(next->second);
  }
  return found;
}

absl::Status MemoryStore::PutVectors(absl::Span<const VectorRecord> records) {
  MutexLock lock(mutex_);
  for (const VectorRecord& record : records) {
    std::vector<float>& numbers = vectors_[record.key];
    vector_numbers_ += record.numbers.size() - numbers.size();
    numbers = record.numbers;
  }
  DropVectors();
  return absl::OkStatus();
}

// Which of them go does not matter: each can be made again.
void MemoryStore::DropVectors() {
  while (vector_numbers_ * sizeof(float) > options_.max_vector_bytes) {
    vector_numbers_ -= vectors_.begin()->second.size();
    vectors_.erase(vectors_.begin());
  }
}

absl::StatusOr<FoundVectors> MemoryStore::GetVectors(absl::Span<const std::string> keys) {
  MutexLock lock(mutex_);
  FoundVectors found;
  found.vectors.reserve(keys.size());
  for (const std::string& key : keys) {
    const auto entry = vectors_.find(key);
    found.vectors.push_back(entry == vectors_.end() ? std::vector<float>() : entry->second);
  }
  return found;
}

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const MemoryStoreOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace attune

// A store that fails or waits when a test says so, over one that works.
#ifndef ATTUNE_TESTS_FAKES_FAULTY_STORE_H_
#define ATTUNE_TESTS_FAKES_FAULTY_STORE_H_

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace attune {

// What a full disk gives.
inline absl::Status DiskFull() {
  return Error(absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE")
      .Message("the store 'fake' cannot be used: the disk is full; make room and try again")
      .With("path", "fake")
      .With("cause", "the disk is full");
}

// Thread-safe as far as the store under it is.
class FaultyStore final : public Store {
 public:
  // `store` must outlive this one.
  explicit FaultyStore(Store& store) : store_(store) {}

  // Every write from now on fails with `error` and changes nothing; reads go on.
  void FailWrites(absl::Status error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void Heal() { FailWrites(absl::OkStatus()); }

  // So does every write of interactions that has this one among them.
  void RefuseInteraction(std::string id, absl::Status error) {
    const std::lock_guard lock(mutex_);
    refused_id_ = std::move(id);
    refusal_ = std::move(error);
  }

  // Writes of the catalog log from now on wait until Release.
  void HoldCatalog() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  // Until a write of the catalog log is waiting.
  void WaitForHeldCatalog() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }

  // How many records each call of AppendCatalog that succeeded had.
  std::vector<size_t> catalog_batches() const {
    const std::lock_guard lock(mutex_);
    return catalog_batches_;
  }
  // The same of AppendInteractions.
  std::vector<size_t> interaction_batches() const {
    const std::lock_guard lock(mutex_);
    return interaction_batches_;
  }
  size_t failed_writes() const {
    const std::lock_guard lock(mutex_);
    return failed_writes_;
  }
  // Until that many writes have failed.
  void WaitForFailedWrites(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failed_writes_ >= count; });
  }

  std::string Describe() const override { return store_.Describe(); }
  absl::Status AppendCatalog(absl::Span<const LogRecord> records) override {
    {
      std::unique_lock lock(mutex_);
      ++waiting_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
      --waiting_;
    }
    ATTUNE_RETURN_IF_ERROR(Fault());
    ATTUNE_RETURN_IF_ERROR(store_.AppendCatalog(records));
    const std::lock_guard lock(mutex_);
    catalog_batches_.push_back(records.size());
    return absl::OkStatus();
  }
  absl::Status ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) override {
    return store_.ReplayCatalog(after, visit);
  }
  absl::Status AppendInteractions(absl::Span<const InteractionRecord> records) override {
    ATTUNE_RETURN_IF_ERROR(Fault());
    ATTUNE_RETURN_IF_ERROR(Refusal(records));
    ATTUNE_RETURN_IF_ERROR(store_.AppendInteractions(records));
    const std::lock_guard lock(mutex_);
    interaction_batches_.push_back(records.size());
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<InteractionRecord>> GetInteraction(std::string_view id) override {
    return store_.GetInteraction(id);
  }
  absl::StatusOr<std::vector<InteractionRecord>> ListInteractions(const InteractionFilter& filter) override {
    return store_.ListInteractions(filter);
  }
  absl::Status AppendFeedback(const FeedbackRecord& record) override {
    ATTUNE_RETURN_IF_ERROR(Fault());
    return store_.AppendFeedback(record);
  }
  absl::StatusOr<std::vector<FeedbackRecord>> ListFeedback(std::string_view interaction_id) override {
    return store_.ListFeedback(interaction_id);
  }
  absl::Status PutEvaluation(const EvaluationRecord& record) override {
    ATTUNE_RETURN_IF_ERROR(Fault());
    return store_.PutEvaluation(record);
  }
  absl::StatusOr<std::optional<EvaluationRecord>> GetEvaluation(std::string_view id) override {
    return store_.GetEvaluation(id);
  }
  absl::StatusOr<std::vector<EvaluationRecord>> ListEvaluations(std::string_view before_id, size_t limit) override {
    return store_.ListEvaluations(before_id, limit);
  }
  absl::Status AppendResults(std::string_view evaluation_id, int64_t first,
                             absl::Span<const std::string> payloads) override {
    ATTUNE_RETURN_IF_ERROR(Fault());
    return store_.AppendResults(evaluation_id, first, payloads);
  }
  absl::StatusOr<std::vector<std::string>> ListResults(std::string_view evaluation_id, int64_t first,
                                                       size_t limit) override {
    return store_.ListResults(evaluation_id, first, limit);
  }
  absl::Status PutVectors(absl::Span<const VectorRecord> records) override {
    ATTUNE_RETURN_IF_ERROR(Fault());
    return store_.PutVectors(records);
  }
  absl::StatusOr<FoundVectors> GetVectors(absl::Span<const std::string> keys) override {
    return store_.GetVectors(keys);
  }

 private:
  absl::Status Fault() {
    const std::lock_guard lock(mutex_);
    if (error_.ok()) return absl::OkStatus();
    ++failed_writes_;
    changed_.notify_all();
    return error_;
  }

  absl::Status Refusal(absl::Span<const InteractionRecord> records) const {
    const std::lock_guard lock(mutex_);
    for (const InteractionRecord& record : records) {
      if (record.id == refused_id_) return refusal_;
    }
    return absl::OkStatus();
  }

  Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  absl::Status error_;
  std::string refused_id_;
  absl::Status refusal_;
  bool held_ = false;
  size_t waiting_ = 0;
  size_t failed_writes_ = 0;
  std::vector<size_t> catalog_batches_;
  std::vector<size_t> interaction_batches_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_FAULTY_STORE_H_

#include "manage/catalog_writer.h"

#include <google/protobuf/arena.h>

#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "manage/default_prompt.h"

namespace attune {
namespace {

// A commit may hold a million messages: its blocks grow so large that malloc gives their memory back to the system.
google::protobuf::ArenaOptions ArenaForLargeCommits() {
  google::protobuf::ArenaOptions options;
  options.max_block_size = size_t{1} << 20;
  return options;
}

}  // namespace

CatalogWriter::CatalogWriter(Store& store, const Clock& clock, SnapshotCell<Catalog>& cell,
                             std::function<void(int64_t)> on_publish)
    : store_(store), clock_(clock), cell_(cell), on_publish_(std::move(on_publish)) {}

absl::StatusOr<std::unique_ptr<CatalogWriter>> CatalogWriter::Open(Store& store, const Clock& clock,
                                                                   SnapshotCell<Catalog>& cell,
                                                                   std::function<void(int64_t)> on_publish) {
  std::unique_ptr<CatalogWriter> writer(new CatalogWriter(store, clock, cell, std::move(on_publish)));
  // On a thread of its own: what malloc keeps at hand for a thread that freed millions of objects goes with it.
  absl::Status replayed;
  std::thread([&] { replayed = writer->Replay(); }).join();
  ATTUNE_RETURN_IF_ERROR(replayed);
  CatalogWriter* const raw = writer.get();
  raw->merger_ = std::make_unique<SegmentMerger>(cell, [raw](const std::string& dataset, SegmentMerger::Change change) {
    return raw->HandOver({dataset, std::move(change)});
  });
  raw->thread_ = std::thread([raw] { raw->Run(); });
  return writer;
}

CatalogWriter::~CatalogWriter() {
  if (!thread_.joinable()) return;  // Open failed
  merger_->Stop();                  // first: it may wait for the writer's thread
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_.NotifyOne();
  thread_.join();
}

absl::Status CatalogWriter::Replay() {
  CatalogDraft draft(EmptyCatalog());
  ATTUNE_RETURN_IF_ERROR(store_.ReplayCatalog(0, [&](const LogRecord& record) -> absl::Status {
    google::protobuf::Arena arena(ArenaForLargeCommits());
    auto& commit = *google::protobuf::Arena::CreateMessage<store::v1::Commit>(&arena);
    if (!commit.ParseFromString(record.payload)) {
      return Error(absl::StatusCode::kDataLoss, "BAD_COMMIT")
          .Message(StrCat("commit ", record.revision, " of the store '", store_.Describe(),
                          "' cannot be read; restore the file from a backup, or use the attuned that wrote it"))
          .With("revision", record.revision);
    }
    ATTUNE_RETURN_IF_ERROR(draft.Apply(record.revision, commit));
    draft.Keep();
    if (!commit.request_id().empty()) {
      request_ids_.Remember(commit.request_id(), commit.fingerprint(), commit.answer());
    }
    return absl::OkStatus();
  }));
  if (draft.catalog().revision == 0) {
    store::v1::Commit first = DefaultPromptCommit(absl::ToUnixMicros(clock_.Now()));
    ATTUNE_RETURN_IF_ERROR(draft.Apply(1, first));
    const LogRecord record{.revision = 1, .payload = first.SerializeAsString()};
    ATTUNE_RETURN_IF_ERROR(store_.AppendCatalog({&record, 1}));
  }
  CatalogPtr first = draft.Finish();
  const int64_t revision = first->revision;
  cell_.Set(std::move(first));
  on_publish_(revision);
  return absl::OkStatus();
}

void CatalogWriter::Submit(WriteJob job) {
  {
    MutexLock lock(mutex_);
    const bool fits = queue_.empty() || queued_bytes_ + job.bytes <= kMaxQueuedWriteBytes;
    if (fits && queue_.size() < kMaxQueuedWrites && !stopping_) {
      if (queue_.empty()) work_.NotifyOne();
      queued_bytes_ += job.bytes;
      queue_.push_back(std::move(job));
      return;
    }
  }
  job.done(Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
               .Message("too many writes are waiting; try again in a moment")
               .RetryAfter(absl::Seconds(1))
               .Quota("writes", StrCat("at most ", kMaxQueuedWrites, " waiting, of ", kMaxQueuedWriteBytes, " bytes"))
               .Build());
}

void CatalogWriter::Run() {
  while (true) {
    Work work = TakeWork();
    if (!work.merged.has_value() && work.batch.empty()) return;
    if (work.merged.has_value()) Install(*work.merged);
    if (!work.batch.empty()) RunBatch(std::move(work.batch));
  }
}

CatalogWriter::Work CatalogWriter::TakeWork() {
  Work work;
  MutexLock lock(mutex_);
  while (queue_.empty() && !merged_.has_value() && !stopping_) work_.Wait(lock);
  work.merged = std::exchange(merged_, std::nullopt);
  while (!queue_.empty() && work.batch.size() < kMaxBatchWrites) {
    queued_bytes_ -= queue_.front().bytes;
    work.batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return work;
}

void CatalogWriter::RunBatch(std::vector<WriteJob> batch) {
  CatalogDraft draft(cell_.Get());
  std::vector<LogRecord> records;
  std::vector<Planned> planned;
  planned.reserve(batch.size());
  for (WriteJob& job : batch) {
    Planned& entry = planned.emplace_back(Planned{std::move(job), std::string()});
    entry.outcome = PlanJob(entry, draft, records);
  }
  if (absl::Status failed = Commit(draft, records); !failed.ok()) Refuse(planned, failed);
  for (Planned& entry : planned) entry.job.done(std::move(entry.outcome));
}

absl::StatusOr<std::string> CatalogWriter::PlanJob(Planned& entry, CatalogDraft& draft,
                                                   std::vector<LogRecord>& records) {
  const WriteJob& job = entry.job;
  // Whatever is decided from here on rests on the writes before it in the batch.
  entry.in_batch = !records.empty();
  if (!job.request_id.empty()) {
    ATTUNE_ASSIGN_OR_RETURN(const std::string* first, request_ids_.Find(job.request_id, job.fingerprint));
    if (first != nullptr) return *first;
  }
  const WriteSlot slot{draft.catalog().revision + 1, absl::ToUnixMicros(clock_.Now())};
  ATTUNE_ASSIGN_OR_RETURN(WritePlan plan, job.plan(draft.catalog(), slot));
  if (job.validate_only) return std::move(plan.answer);
  if (plan.commit.has_value()) {
    store::v1::Commit& commit = *plan.commit;
    commit.set_time_us(slot.time_us);
    commit.set_request_id(job.request_id);
    commit.set_fingerprint(job.fingerprint);
    commit.set_answer(plan.answer);
    if (const size_t bytes = commit.ByteSizeLong(); bytes > kMaxCommitBytes) {
      return BadField(
          "TOO_LARGE", "",
          StrCat("the write has ", bytes, " bytes; the limit is ", kMaxCommitBytes, ": split it into several"));
    }
    ATTUNE_RETURN_IF_ERROR(draft.Apply(slot.revision, commit));
    records.push_back({.revision = slot.revision, .payload = commit.SerializeAsString()});
    entry.in_batch = true;
  }
  // An answer that nothing changed is remembered as well, though only by this process: what the retry finds then may
  // have been changed by others since.
  if (!job.request_id.empty()) {
    request_ids_.Remember(job.request_id, job.fingerprint, plan.answer);
    entry.remembered = true;
  }
  return std::move(plan.answer);
}

// Durable first, then seen by readers.
absl::Status CatalogWriter::Commit(CatalogDraft& draft, const std::vector<LogRecord>& records) {
  if (records.empty()) return absl::OkStatus();
  if (absl::Status failed = store_.AppendCatalog(records); !failed.ok()) {
    draft.Undo();
    return failed;
  }
  CatalogPtr next = draft.Finish();
  const int64_t revision = next->revision;
  cell_.Set(std::move(next));
  on_publish_(revision);
  merger_->Wake();
  return absl::OkStatus();
}

void CatalogWriter::Refuse(std::vector<Planned>& planned, const absl::Status& failed) {
  for (Planned& entry : planned) {
    if (!entry.in_batch) continue;
    // Only what this batch made known: an id that an earlier batch wrote stays known.
    if (entry.remembered) request_ids_.Forget(entry.job.request_id);
    entry.outcome = failed;
  }
}

}  // namespace attune

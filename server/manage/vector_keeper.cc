#include "manage/vector_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/on_worker.h"
#include "provider/embed_key.h"

namespace attune {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::hours(1);  // for something to do
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(1);  // whether what was replaced can be freed

absl::Duration PauseAfter(int failures, const absl::Status& failure) {
  absl::Duration pause = kFirstPause;
  for (int i = 1; i < failures && pause < kLongestPause; ++i) pause *= 2;
  const absl::Duration asked = RetryDelay(failure).value_or(absl::ZeroDuration());
  return std::max(std::min(pause, kLongestPause), std::min(asked, kLongestAskedPause));
}

}  // namespace

VectorKeeper::VectorKeeper(VectorKey key, const BackfillParts& parts, CallPlaces& places, BackfillCounters& counters,
                           PublishVectors publish)
    : key_(std::move(key)),
      parts_(parts),
      places_(places),
      counters_(counters),
      publish_(std::move(publish)),
      executor_(parts.io.get_executor()),
      changed_(executor_),
      answered_(executor_) {}

void VectorKeeper::Want(std::vector<int64_t> versions) {
  // A latest version only adds rows beyond the cursor; another old one may show rows that were not wanted before.
  if (versions.size() != versions_.size() || !std::equal(versions.begin(), versions.end() - 1, versions_.begin())) {
    cursor_ = 0;
  }
  versions_ = std::move(versions);
  changed_.Notify();
}

void VectorKeeper::Stop() {
  stopping_ = true;
  cancel_.emit(asio::cancellation_type::terminal);
  for (const auto& call : asking_) call->emit(asio::cancellation_type::terminal);
  changed_.Notify();
}

DatasetPtr VectorKeeper::dataset() const { return parts_.catalog.Get()->datasets.find(key_.dataset)->second->dataset; }

void VectorKeeper::Publish(VectorState state, const absl::Status& error) {
  auto vectors = std::make_shared<DatasetVectors>();
  vectors->index = loaded_ ? index_ : nullptr;
  vectors->state = state;
  vectors->refused = static_cast<int64_t>(refused_.size());
  vectors->last_error = error.ok() ? refusal_ : std::string(error.message());
  publish_(key_, std::move(vectors));
}

asio::awaitable<void> VectorKeeper::Run() {
  Publish(VectorState::kLoading);
  int failures = 0;
  while (!stopping_) {
    const absl::Status status = co_await Work(failures);
    if (stopping_) break;
    if (status.ok()) {
      co_await changed_.Wait(replaced_ ? kLookAgain : kLongestWait);
      continue;
    }
    counters_.failures.fetch_add(1, std::memory_order_relaxed);
    Publish(VectorState::kPaused, status);
    (void)co_await parts_.sleeper.Sleep(PauseAfter(++failures, status));  // cancelled only by Stop
  }
  publish_(key_, nullptr);  // as a rule this has the index alone then
  // Gigabytes take a while; if no worker has the time, the destructor has to.
  (void)co_await OnWorker(parts_.workers, [this] {
    index_ = nullptr;
    return absl::OkStatus();
  });
}

asio::awaitable<absl::Status> VectorKeeper::Work(int& failures) {
  if (!loaded_) {
    ATTUNE_CO_RETURN_IF_ERROR(co_await Load());
    Publish(VectorState::kEmbedding);
  }
  bool busy = true;
  while (busy && !stopping_) {
    for (size_t rows = 1; rows > 0 && !stopping_;) {
      ATTUNE_CO_RETURN_IF_ERROR(co_await TakeTurn(rows));
      failures = 0;
      if (rows > 0) ATTUNE_CO_RETURN_IF_ERROR(co_await Merge(busy));  // one merge links more than a turn brings
    }
    Publish(VectorState::kEmbedded);
    ATTUNE_CO_RETURN_IF_ERROR(co_await Merge(busy));  // after each, rows that came meanwhile have their turn
  }
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> VectorKeeper::Merge(bool& busy) {
  const DatasetPtr dataset = this->dataset();
  busy = index_ != nullptr && (index_->NeedsMerge() || renewal_.Pending(*dataset));
  if (!busy) co_return absl::OkStatus();
  co_return co_await OnWorker(parts_.workers, [&]() -> absl::Status {
    if (!index_->NeedsMerge()) return renewal_.Step(index_, *dataset);
    ATTUNE_ASSIGN_OR_RETURN(const auto merged, VectorIndex::Merge(index_));
    renewal_.Replace(index_, VectorIndex::Install(index_, merged));
    return absl::OkStatus();
  });
}

// What was stored before becomes visible as a whole: a part of it would silently give worse examples than before.
asio::awaitable<absl::Status> VectorKeeper::Load() {
  const DatasetPtr dataset = this->dataset();
  for (bool more = true; more && !stopping_;) {
    ATTUNE_CO_RETURN_IF_ERROR(co_await OnWorker(parts_.workers, [&] { return LoadSome(*dataset, more); }));
  }
  loaded_ = !stopping_;
  co_return absl::OkStatus();
}

absl::Status VectorKeeper::LoadSome(const Dataset& dataset, bool& more) {
  uint64_t next = 0;
  const std::vector<RowText> rows = RowsFrom(dataset, load_next_, kLoadRows, next);
  more = !rows.empty();
  ATTUNE_ASSIGN_OR_RETURN(FoundVectors found, parts_.store.GetVectors(KeysOf(rows)));
  counters_.damaged.fetch_add(found.damaged, std::memory_order_relaxed);
  std::vector<VectorIndex::Added> added;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!found.vectors[i].empty()) added.push_back({rows[i].row, std::move(found.vectors[i])});
  }
  counters_.loaded.fetch_add(static_cast<int64_t>(added.size()), std::memory_order_relaxed);
  ATTUNE_RETURN_IF_ERROR(AddToIndex(std::move(added)));
  load_next_ = next;
  return absl::OkStatus();
}

std::vector<std::string> VectorKeeper::KeysOf(const std::vector<RowText>& rows) const {
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const RowText& row : rows) {
    keys.push_back(EmbedKey(key_.settings.model, key_.settings.dimensions, EmbeddedPart(row.input)));
  }
  return keys;
}

absl::Status VectorKeeper::AddToIndex(std::vector<VectorIndex::Added> added) {
  if (added.empty()) return absl::OkStatus();
  if (index_ == nullptr) index_ = VectorIndex::Empty(static_cast<uint32_t>(added.front().vector.size()));
  for (const VectorIndex::Added& one : added) {
    ATTUNE_RETURN_IF_ERROR(CheckDimensions(key_.settings.model, one.vector.size(), index_->dimensions()));
  }
  ATTUNE_ASSIGN_OR_RETURN(index_, VectorIndex::Add(index_, added));
  return renewal_.Add(added);
}

}  // namespace attune

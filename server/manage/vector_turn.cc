// One turn of a VectorKeeper: the next rows that have no vector get theirs, from the store or from the model.
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>
#include <utility>

#include "base/error.h"
#include "base/on_worker.h"
#include "dataset/row.h"
#include "manage/vector_keeper.h"
#include "provider/embed_key.h"

namespace attune {
namespace {

constexpr absl::Duration kWorkerPause = absl::Milliseconds(50);  // for a place in the queue of background work

}  // namespace

asio::awaitable<absl::Status> VectorKeeper::TakeTurn(size_t& rows) {
  Turn turn;
  const DatasetPtr dataset = this->dataset();
  const std::vector<int64_t> versions = versions_;
  const uint64_t from = cursor_;
  cursor_ = kNoCursor;  // so that a change of what is wanted in the meantime is seen
  turn.failure = co_await OnWorker(parts_.workers, [&] {
    replaced_ = renewal_.Free();
    if (renewal_.PassRows(index_, *dataset)) {
      absl::erase_if(refused_, [&](uint32_t row) { return !dataset->RowAt(row).example; });
    }
    turn.rows = MissingRows(*dataset, versions, index_.get(), refused_, from, kTurnRows, turn.next);
    return FindMissing(turn);
  });
  rows = turn.rows.size();
  if (turn.failure.ok() && rows > 0) {
    Publish(VectorState::kEmbedding);
    co_await AskForMissing(turn);
    const absl::Status installed = co_await OnWorker(parts_.workers, [&] { return Install(turn); });
    if (turn.failure.ok()) turn.failure = installed;
  }
  if (cursor_ == kNoCursor) cursor_ = turn.failure.ok() ? turn.next : from;
  co_return turn.failure;
}

// Equal texts have one key, and are asked for once.
absl::Status VectorKeeper::FindMissing(Turn& turn) {
  turn.keys = KeysOf(turn.rows);
  ATTUNE_ASSIGN_OR_RETURN(FoundVectors found, parts_.store.GetVectors(turn.keys));
  // Those of earlier rows were met when they were loaded.
  const bool fresh = !turn.rows.empty() && turn.rows.front().row >= load_next_;
  if (fresh) counters_.damaged.fetch_add(found.damaged, std::memory_order_relaxed);
  absl::flat_hash_set<std::string> seen;
  for (size_t i = 0; i < turn.rows.size(); ++i) {
    if (!seen.insert(turn.keys[i]).second) continue;
    if (found.vectors[i].empty()) {
      turn.missing.emplace_back(turn.keys[i], EmbeddedPart(turn.rows[i].input));
    } else {
      turn.made[turn.keys[i]] = std::move(found.vectors[i]);
    }
  }
  return absl::OkStatus();
}

asio::awaitable<void> VectorKeeper::AskForMissing(Turn& turn) {
  size_t open = 0;
  for (size_t begin = 0, end = 0; begin < turn.missing.size() && !stopping_; begin = end) {
    size_t bytes = 0;
    while (end < turn.missing.size() && end - begin < kBatchTexts && bytes < kBatchBytes) {
      bytes += turn.missing[end++].second.size();
    }
    ++open;
    asking_.push_back(std::make_unique<asio::cancellation_signal>());
    const auto ended = [this, &turn, &open](const std::exception_ptr& thrown, const absl::Status& status) {
      if (turn.failure.ok()) turn.failure = thrown == nullptr ? status : absl::InternalError("an unexpected failure");
      --open;
      answered_.Notify();
    };
    asio::co_spawn(executor_, Ask(turn, begin, end), asio::bind_cancellation_slot(asking_.back()->slot(), ended));
  }
  while (open > 0) co_await answered_.Wait();
  asking_.clear();
}

asio::awaitable<absl::Status> VectorKeeper::Ask(Turn& turn, size_t begin, size_t end) {
  co_await asio::this_coro::throw_if_cancelled(false);
  CallPlaces::Place place;
  ATTUNE_CO_RETURN_IF_ERROR(co_await places_.Take(key_.settings.model, absl::InfiniteFuture(), place));
  if (stopping_) co_return absl::CancelledError("the backfill stops");
  const std::shared_ptr<const ProviderRegistry> providers = parts_.providers.Get();
  ATTUNE_CO_ASSIGN_OR_RETURN(const ResolvedEmbedder target, providers->ResolveEmbedder(key_.settings.model));
  EmbedRequest request;
  request.model = target.model;
  for (size_t i = begin; i < end; ++i) request.texts.push_back(turn.missing[i].second);
  if (key_.settings.dimensions > 0) request.dimensions = key_.settings.dimensions;
  request.deadline = parts_.clock.Now() + kBatchTime;
  ATTUNE_CO_ASSIGN_OR_RETURN(EmbeddedTexts answer, co_await EmbedTexts(*target.embedder, std::move(request)));
  counters_.tokens.fetch_add(answer.input_tokens, std::memory_order_relaxed);
  if (!answer.refusal.ok()) turn.refusal = answer.refusal;
  std::vector<VectorRecord> records;
  for (size_t i = begin; i < end; ++i) {
    std::vector<float>& vector = answer.vectors[i - begin];
    turn.made[turn.missing[i].first] = vector;
    if (!vector.empty()) records.push_back({turn.missing[i].first, std::move(vector)});
  }
  counters_.made.fetch_add(static_cast<int64_t>(records.size()), std::memory_order_relaxed);
  co_return co_await StoreVectors(std::move(records));
}

// They were paid for: a queue that is full for a moment must not lose them.
asio::awaitable<absl::Status> VectorKeeper::StoreVectors(std::vector<VectorRecord> records) {
  while (true) {
    const absl::Status stored = co_await OnWorker(parts_.workers, [&] { return parts_.store.PutVectors(records); });
    if (!absl::IsResourceExhausted(stored) || stopping_) co_return stored;
    ATTUNE_CO_RETURN_IF_ERROR(co_await parts_.sleeper.Sleep(kWorkerPause));
  }
}

// Also what a failed turn has made, whether the store took it or not.
absl::Status VectorKeeper::Install(Turn& turn) {
  std::vector<VectorIndex::Added> added;
  for (size_t i = 0; i < turn.rows.size(); ++i) {
    const auto made = turn.made.find(turn.keys[i]);
    if (made == turn.made.end()) continue;  // its batch failed
    if (made->second.empty()) {
      refused_.insert(turn.rows[i].row);
      counters_.refused.fetch_add(1, std::memory_order_relaxed);
    } else {
      added.push_back({turn.rows[i].row, made->second});
    }
  }
  if (!turn.refusal.ok()) refusal_ = std::string(turn.refusal.message());
  return AddToIndex(std::move(added));
}

}  // namespace attune

#include "manage/backfill.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <exception>
#include <utility>

namespace attune {
namespace {

asio::awaitable<void> RunKeeper(VectorKeeper& keeper) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await keeper.Run();
}

}  // namespace

Backfill::Backfill(const BackfillParts& parts)
    : parts_(parts), places_("backfill", {.max_in_flight = kBatchesInFlight}, parts.clock) {}

Backfill::~Backfill() { Shutdown(); }

void Backfill::Start() {
  {
    MutexLock lock(mutex_);
    started_ = true;
  }
  Wake();
}

void Backfill::Wake() {
  MutexLock lock(mutex_);
  if (!started_ || stopping_ || std::exchange(woken_, true)) return;
  ++posted_;
  asio::post(parts_.io, [this] {
    {
      MutexLock begun(mutex_);
      woken_ = false;  // a change from here on is worth another look
    }
    Look();
    Done();
  });
}

void Backfill::Done() {
  MutexLock lock(mutex_);
  --posted_;
  ended_.NotifyAll();
}

void Backfill::Look() {
  if (stopping()) return;
  std::map<VectorKey, std::vector<int64_t>> wanted = WantedVectors(*parts_.catalog.Get());
  for (const auto& [key, keeper] : keepers_) {
    if (!wanted.contains(key)) keeper->Stop();
  }
  for (auto& [key, versions] : wanted) {
    std::unique_ptr<VectorKeeper>& keeper = keepers_[key];
    const bool fresh = keeper == nullptr;
    if (fresh) {
      keeper = std::make_unique<VectorKeeper>(
          key, parts_, places_, counters_, [this](const VectorKey& of, std::shared_ptr<const DatasetVectors> vectors) {
            Publish(of, std::move(vectors));
          });
    }
    keeper->Want(std::move(versions));
    if (fresh) Begin(key);
  }
}

void Backfill::Publish(const VectorKey& key, std::shared_ptr<const DatasetVectors> vectors) {
  parts_.shelf.Set(parts_.shelf.Get()->With(key, std::move(vectors)));
  TellWarming();
}

void Backfill::TellWarming() {
  if (watcher_ == nullptr || stopping()) return;
  const bool warming = !parts_.shelf.Get()->WarmingDatasets().empty();
  if (told_ == warming) return;
  told_ = warming;
  watcher_(warming);
}

void Backfill::Watch(std::function<void(bool warming)> watcher) {
  MutexLock lock(mutex_);
  if (stopping_) return;
  ++posted_;
  asio::post(parts_.io, [this, watcher = std::move(watcher)] {
    watcher_ = watcher;
    TellWarming();
    Done();
  });
}

void Backfill::Begin(const VectorKey& key) {
  {
    MutexLock lock(mutex_);
    ++running_;
  }
  VectorKeeper& keeper = *keepers_.find(key)->second;
  // Posted, so that the coroutine and what it was cancelled by do not end inside one another.
  const auto ended = [this, key](const std::exception_ptr&) { asio::post(parts_.io, [this, key] { Ended(key); }); };
  asio::co_spawn(parts_.io, RunKeeper(keeper), asio::bind_cancellation_slot(keeper.slot(), ended));
}

void Backfill::Ended(const VectorKey& key) {
  keepers_.erase(key);
  if (!stopping()) {
    Publish(key, nullptr);
    Look();  // it may be wanted again
  }
  MutexLock lock(mutex_);
  --running_;
  ended_.NotifyAll();
}

void Backfill::Shutdown() {
  MutexLock lock(mutex_);
  if (!std::exchange(stopping_, true)) {
    ++posted_;
    asio::post(parts_.io, [this] {
      for (const auto& [key, keeper] : keepers_) keeper->Stop();
      Done();
    });
  }
  while (posted_ > 0 || running_ > 0) ended_.Wait(lock);
}

}  // namespace attune

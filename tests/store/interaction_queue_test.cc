#include "store/interaction_queue.h"

#include <gmock/gmock.h>

#include <atomic>
#include <string>
#include <thread>

#include "base/strings.h"
#include "store/memory_store.h"
#include "tests/fakes/faulty_store.h"

namespace attune {
namespace {

using testing::ElementsAre;

constexpr absl::Duration kLong = absl::Minutes(1);  // no test waits that long unless it fails

class Queue : public testing::Test {
 protected:
  // A pause that would not end by itself: whatever goes on after a failure was asked for by a flush or by the end.
  static InteractionQueueOptions Options() { return {.first_pause = absl::Hours(1), .longest_pause = absl::Hours(1)}; }

  static InteractionRecord Record(int number, std::string payload) {
    return {StrCat("i", 1000 + number), 1, "faq", 0, std::move(payload)};
  }
  static bool Push(InteractionQueue& queue, int number, std::string payload = "asked") {
    return queue.Push(Record(number, std::move(payload)));
  }

  // Pushes one interaction and waits until the failing store has refused it: from now on the writer holds it.
  void PushIntoFailure(InteractionQueue& queue, int number) {
    store_.FailWrites(DiskFull());
    const size_t failed = store_.failed_writes();
    EXPECT_TRUE(Push(queue, number));
    store_.WaitForFailedWrites(failed + 1);
  }

  size_t Stored() { return store_.ListInteractions({.limit = kMaxListRows})->size(); }

  std::unique_ptr<Store> memory_ = NewMemoryStore();
  FaultyStore store_{*memory_};
};

TEST_F(Queue, WritesWhatIsPushed) {
  InteractionQueue queue(store_, Options());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Push(queue, i));
  EXPECT_TRUE(queue.Flush(kLong).ok());
  EXPECT_EQ(Stored(), 10u);
  EXPECT_EQ((*store_.GetInteraction("i1003"))->payload, "asked");
  EXPECT_EQ(queue.counters().written, 10);
  EXPECT_EQ(queue.counters().queued, 0);
  EXPECT_EQ(queue.counters().dropped, 0);
}

TEST_F(Queue, WhatWaitsTogetherSharesOneTransaction) {
  InteractionQueueOptions options = Options();
  options.max_batch = 64;
  InteractionQueue queue(store_, options);
  PushIntoFailure(queue, 0);
  for (int i = 1; i <= 100; ++i) EXPECT_TRUE(Push(queue, i));
  store_.Heal();
  EXPECT_TRUE(queue.Flush(kLong).ok());
  EXPECT_THAT(store_.interaction_batches(), ElementsAre(1, 64, 36));
}

TEST_F(Queue, RefusesAndCountsWhatIsOverItsLimitOfRecords) {
  InteractionQueueOptions options = Options();
  options.max_records = 3;
  InteractionQueue queue(store_, options);
  PushIntoFailure(queue, 0);
  EXPECT_TRUE(Push(queue, 1));
  EXPECT_TRUE(Push(queue, 2));
  EXPECT_FALSE(Push(queue, 3));
  EXPECT_FALSE(Push(queue, 4));
  EXPECT_EQ(queue.counters().queued, 3);
  EXPECT_EQ(queue.counters().dropped, 2);
  store_.Heal();
  EXPECT_TRUE(queue.Flush(kLong).ok());
  EXPECT_EQ(queue.counters().queued, 0);
  EXPECT_EQ(queue.counters().written, 3);
  EXPECT_EQ(queue.counters().dropped, 2);
  EXPECT_TRUE(Push(queue, 5)) << "there is room again";
}

TEST_F(Queue, RefusesAndCountsWhatIsOverItsLimitOfBytes) {
  InteractionQueueOptions options = Options();
  const size_t empty = BytesOf(Record(0, ""));
  options.max_bytes = 2 * empty + 100;
  InteractionQueue queue(store_, options);
  EXPECT_FALSE(Push(queue, 0, std::string(empty + 101, 'x')));
  PushIntoFailure(queue, 1);  // five bytes
  EXPECT_TRUE(Push(queue, 2, std::string(95, 'x')));
  EXPECT_FALSE(Push(queue, 3, ""));
  EXPECT_EQ(queue.counters().dropped, 2);
  store_.Heal();
  EXPECT_TRUE(queue.Flush(kLong).ok());
  EXPECT_TRUE(Push(queue, 4, std::string(empty + 100, 'x')));
}

TEST_F(Queue, KeepsWhatAStoreThatIsFullDoesNotTake) {
  InteractionQueue queue(store_, Options());
  PushIntoFailure(queue, 0);
  EXPECT_EQ(ErrorReason(queue.Flush(kLong)), "STORE_UNAVAILABLE");
  EXPECT_EQ(queue.counters().queued, 1);
  EXPECT_EQ(queue.counters().dropped, 0);
  store_.Heal();
  EXPECT_TRUE(queue.Flush(kLong).ok());
  EXPECT_EQ(Stored(), 1u);
}

TEST_F(Queue, DropsAndCountsWhatTheStoreRefusesForGood) {
  InteractionQueueOptions options = Options();
  options.linger = kLong;  // until the flush
  InteractionQueue queue(store_, options);
  store_.FailWrites(BadField("PAYLOAD_TOO_LARGE", "payload", "is too large"));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Push(queue, i));
  EXPECT_EQ(ErrorReason(queue.Flush(kLong)), "PAYLOAD_TOO_LARGE");
  store_.Heal();
  EXPECT_TRUE(Push(queue, 5));
  // A flush that meets the end of the refused ones gets their error as well.
  while (!queue.Flush(kLong).ok()) {
  }
  EXPECT_EQ(queue.counters().queued, 0);
  EXPECT_EQ(queue.counters().dropped + queue.counters().written, 6);
  EXPECT_EQ(Stored(), static_cast<size_t>(queue.counters().written));
  EXPECT_TRUE((*store_.GetInteraction("i1005")).has_value());
}

// Those pushed before a flush are all written when it returns, whatever became of others.
TEST_F(Queue, ARefusalDoesNotEndAFlushEarly) {
  InteractionQueueOptions options = Options();
  options.linger = kLong;  // until the flush
  options.max_batch = 1;
  InteractionQueue queue(store_, options);
  PushIntoFailure(queue, 0);
  for (int i = 1; i <= 50; ++i) EXPECT_TRUE(Push(queue, i));
  store_.RefuseInteraction("i1001", BadField("PAYLOAD_TOO_LARGE", "payload", "is too large"));
  store_.Heal();
  EXPECT_EQ(ErrorReason(queue.Flush(kLong)), "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(queue.counters().queued, 0);
  EXPECT_EQ(queue.counters().dropped, 1);
  EXPECT_EQ(Stored(), 50u);
}

TEST_F(Queue, AFlushEndsAtItsTimeout) {
  InteractionQueue queue(store_, Options());
  PushIntoFailure(queue, 0);
  EXPECT_FALSE(queue.Flush(absl::ZeroDuration()).ok());
  EXPECT_EQ(queue.counters().queued, 1);
}

TEST_F(Queue, ItsEndWritesWhatIsQueued) {
  {
    InteractionQueue queue(store_, Options());
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(Push(queue, i));
  }
  EXPECT_EQ(Stored(), 100u);
}

TEST_F(Queue, ItsEndDoesNotWaitForAStoreThatIsFull) {
  {
    InteractionQueue queue(store_, Options());
    PushIntoFailure(queue, 0);
    for (int i = 1; i < 100; ++i) EXPECT_TRUE(Push(queue, i));
  }
  EXPECT_EQ(Stored(), 0u);
}

TEST_F(Queue, ManyThreadsPushAndEveryInteractionIsWrittenOrCounted) {
  InteractionQueueOptions options = Options();
  options.max_records = 50;
  InteractionQueue queue(store_, options);
  std::atomic<int64_t> accepted = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) accepted += Push(queue, thread * 500 + i) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(queue.Flush(kLong).ok());
  EXPECT_EQ(queue.counters().written, accepted);
  EXPECT_EQ(queue.counters().dropped, 4000 - accepted);
  EXPECT_EQ(Stored(), static_cast<size_t>(accepted));
}

}  // namespace
}  // namespace attune

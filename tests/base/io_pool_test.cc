#include "base/io_pool.h"

#include <gtest/gtest.h>

#include <asio/post.hpp>
#include <atomic>
#include <set>

#include "base/mutex.h"

namespace attune {
namespace {

TEST(IoPool, GivesItsContextsInTurnAndRunsEachOnAThreadOfItsOwn) {
  IoPool pool(3);
  std::set<const asio::io_context*> seen;
  for (int i = 0; i < 3; ++i) seen.insert(&pool.Next());
  EXPECT_EQ(seen.size(), 3u);
  Mutex mutex;
  std::set<std::thread::id> threads;
  for (size_t i = 0; i < pool.size(); ++i) {
    asio::post(pool.at(i), [&] {
      MutexLock lock(mutex);
      threads.insert(std::this_thread::get_id());
    });
  }
  pool.Drain();
  EXPECT_EQ(threads.size(), 3u);
}

TEST(IoPool, DrainRunsWhatIsQueued) {
  IoPool pool(1);
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) asio::post(pool.Next(), [&] { ++ran; });
  pool.Drain();
  EXPECT_EQ(ran, 100);
}

}  // namespace
}  // namespace attune

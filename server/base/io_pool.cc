#include "base/io_pool.h"

#include <algorithm>

namespace attune {

IoPool::IoPool(size_t threads) {
  const size_t count = std::max<size_t>(threads, 1);
  for (size_t i = 0; i < count; ++i) {
    // Concurrency hint 1: only this pool's own thread runs the context, other threads only post to it.
    contexts_.push_back(std::make_unique<asio::io_context>(1));
    guards_.emplace_back(contexts_.back()->get_executor());
  }
  for (auto& context : contexts_) {
    threads_.emplace_back([context = context.get()] { context->run(); });
  }
}

IoPool::~IoPool() {
  for (auto& context : contexts_) context->stop();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

asio::io_context& IoPool::Next() {
  return *contexts_[next_.fetch_add(1, std::memory_order_relaxed) % contexts_.size()];
}

void IoPool::Drain() {
  for (auto& guard : guards_) guard.reset();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace attune

// The I/O threads: each runs one io_context, and everything that one Ask does happens on one of them.
#ifndef ATTUNE_BASE_IO_POOL_H_
#define ATTUNE_BASE_IO_POOL_H_

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace attune {

class IoPool {
 public:
  // Starts `threads` threads (at least 1).
  explicit IoPool(size_t threads);
  // Stops the contexts and joins the threads. Work still queued is destroyed, not run: drain before.
  ~IoPool();
  IoPool(const IoPool&) = delete;
  IoPool& operator=(const IoPool&) = delete;

  // The contexts in turn. Thread-safe.
  asio::io_context& Next();

  size_t size() const { return contexts_.size(); }
  asio::io_context& at(size_t index) { return *contexts_[index]; }

  // Lets queued work run to its end, then stops the threads. Idempotent; not thread-safe.
  void Drain();

 private:
  using Guard = asio::executor_work_guard<asio::io_context::executor_type>;
  std::vector<std::unique_ptr<asio::io_context>> contexts_;
  std::vector<Guard> guards_;
  std::vector<std::thread> threads_;
  std::atomic<size_t> next_{0};
};

}  // namespace attune

#endif  // ATTUNE_BASE_IO_POOL_H_

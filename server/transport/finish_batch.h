// The ends of unary calls, gathered for a few rounds of their I/O loop: answers that go out one right after the other
// wake their caller once.
#ifndef ATTUNE_TRANSPORT_FINISH_BATCH_H_
#define ATTUNE_TRANSPORT_FINISH_BATCH_H_

#include <grpcpp/support/server_callback.h>

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstddef>
#include <utility>
#include <vector>

namespace attune {

// One for each io_context, which makes it and destroys it; only for the one thread that runs it. Calls end before it.
class FinishBatch final : public asio::io_context::service {
 public:
  static inline asio::io_context::id id;  // Asio's key of the service

  explicit FinishBatch(asio::io_context& io) : asio::io_context::service(io), io_(io) {}

  // Finishes the call soon, never at once. Who comes first begins a batch, and waits longest.
  void Add(grpc::ServerUnaryReactor& call, grpc::Status status) {
    ended_.push_back({&call, std::move(status)});
    if (ended_.size() == 1) FinishAfter(kRounds);
    if (ended_.size() == kMostCalls) FinishAfter(1);
  }

 private:
  // Each runs all that is ready by then. More gather hardly more at 32 calls in flight. One call alone finds an idle
  // loop.
  static constexpr int kRounds = 2;
  static constexpr size_t kMostCalls = 32;  // so that rounds that are long keep few waiting

  struct Ended {
    grpc::ServerUnaryReactor* call;
    grpc::Status status;
  };

  void shutdown() override {}

  void FinishAfter(int rounds) {
    asio::post(io_, [this, rounds] {
      if (rounds > 1) return FinishAfter(rounds - 1);
      FinishAll();
    });
  }
  void FinishAll() {
    finishing_.swap(ended_);
    for (const Ended& ended : finishing_) ended.call->Finish(ended.status);
    finishing_.clear();
  }

  asio::io_context& io_;
  std::vector<Ended> ended_;
  std::vector<Ended> finishing_;  // empty in between
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_FINISH_BATCH_H_

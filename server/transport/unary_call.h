// One unary RPC answered by a coroutine on an I/O thread. The reactor owns itself: it is born in the RPC method and
// dies in OnDone.
#ifndef ATTUNE_TRANSPORT_UNARY_CALL_H_
#define ATTUNE_TRANSPORT_UNARY_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "transport/finish_batch.h"
#include "transport/status.h"

namespace attune {

// Cancels a coroutine that runs on `context`, from any thread.
class RemoteCancellation {
 public:
  explicit RemoteCancellation(asio::io_context& context)
      : context_(context), signal_(std::make_shared<asio::cancellation_signal>()) {}

  asio::cancellation_slot slot() { return signal_->slot(); }
  void Cancel() {
    // The posted work keeps the signal alive: the call may be over by then.
    asio::post(context_, [signal = signal_] { signal->emit(asio::cancellation_type::all); });
  }

 private:
  asio::io_context& context_;
  std::shared_ptr<asio::cancellation_signal> signal_;
};

inline absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  return absl::FromChrono(context.deadline());
}

// What a coroutine that must not throw came to. An exception can only be one of a library: a defect, not the caller's.
inline absl::Status Outcome(const std::exception_ptr& thrown, const absl::Status& status) {
  return thrown == nullptr ? status : absl::InternalError("an unexpected failure inside the server");
}

// Handler: asio::awaitable<absl::Status>(absl::Time deadline). It fills in the response itself.
template <typename Handler>
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(grpc::CallbackServerContext* context, asio::io_context& io, Handler handler)
      : handler_(std::move(handler)), cancellation_(io) {
    asio::co_spawn(io, Run(DeadlineOf(*context)),
                   asio::bind_cancellation_slot(
                       cancellation_.slot(), [this, &io](const std::exception_ptr& thrown, const absl::Status& status) {
                         asio::use_service<FinishBatch>(io).Add(*this, ToGrpcStatus(Outcome(thrown, status)));
                       }));
  }

 private:
  asio::awaitable<absl::Status> Run(absl::Time deadline) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await handler_(deadline);
  }
  void OnCancel() override { cancellation_.Cancel(); }
  void OnDone() override { delete this; }
  // Both may run on whichever thread of gRPC comes by: they never wait. gRPC would else hand each to a thread of its
  // executor. It promises this only for its own reactors: should a version of it drop the function, leave it out.
  bool InternalInlineable() override { return true; }

  Handler handler_;
  RemoteCancellation cancellation_;
};

template <typename Handler>
grpc::ServerUnaryReactor* StartUnaryCall(grpc::CallbackServerContext* context, asio::io_context& io, Handler handler) {
  return new UnaryCall<Handler>(context, io, std::move(handler));
}

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_UNARY_CALL_H_

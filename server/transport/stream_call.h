// One server-streaming RPC answered by a coroutine on an I/O thread.
#ifndef ATTUNE_TRANSPORT_STREAM_CALL_H_
#define ATTUNE_TRANSPORT_STREAM_CALL_H_

#include <utility>

#include "transport/stream_writer.h"
#include "transport/unary_call.h"

namespace attune {

template <typename Response, typename Handler>
asio::awaitable<absl::Status> RunStreamHandler(Handler handler, absl::Time deadline, StreamWriter<Response>& writer) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_return co_await handler(deadline, writer);
}

// Handler: asio::awaitable<absl::Status>(absl::Time deadline, StreamWriter<Response>&); what it returns ends the
// stream. The caller going away cancels it. `merge`: see StreamWriter. The reactor is never null and deletes itself.
template <typename Response, typename Handler>
grpc::ServerWriteReactor<Response>* StartStreamCall(grpc::CallbackServerContext* context, asio::io_context& io,
                                                    typename StreamWriter<Response>::Merge merge, Handler handler) {
  RemoteCancellation cancellation(io);
  auto* writer = new StreamWriter<Response>(merge, [cancellation]() mutable { cancellation.Cancel(); });
  asio::co_spawn(io, RunStreamHandler<Response>(std::move(handler), DeadlineOf(*context), *writer),
                 asio::bind_cancellation_slot(cancellation.slot(),
                                              [writer](const std::exception_ptr& thrown, const absl::Status& status) {
                                                writer->Close(Outcome(thrown, status));
                                                writer->Release();
                                              }));
  return writer;
}

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_STREAM_CALL_H_

// Short ways to end a unary RPC that needs no coroutine.
#ifndef ATTUNE_TRANSPORT_REPLIES_H_
#define ATTUNE_TRANSPORT_REPLIES_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "base/worker_pool.h"
#include "transport/status.h"

namespace attune {

inline void FinishCall(grpc::ServerUnaryReactor* reactor, const absl::Status& status) {
  reactor->Finish(ToGrpcStatus(status));
}

template <typename Response>
void FinishCall(grpc::ServerUnaryReactor* reactor, absl::StatusOr<Response> result, Response* response) {
  if (!result.ok()) return FinishCall(reactor, result.status());
  *response = *std::move(result);
  FinishCall(reactor, absl::OkStatus());
}

// For reads that are quick: answers at once, on gRPC's thread.
template <typename Response>
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, absl::StatusOr<Response> result,
                                 Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  FinishCall(reactor, std::move(result), response);
  return reactor;
}

// For work that blocks or computes for long: on a worker. `work` returns absl::StatusOr<Response>.
template <typename Response, typename Work>
grpc::ServerUnaryReactor* AnswerOnWorker(grpc::CallbackServerContext* context, WorkerPool& workers, Response* response,
                                         Work work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::Status posted =
      workers.Post([reactor, response, work = std::move(work)]() mutable { FinishCall(reactor, work(), response); });
  if (!posted.ok()) FinishCall(reactor, posted);
  return reactor;
}

// The end of a write: the reply that CatalogEditor calls.
template <typename Response>
std::function<void(absl::StatusOr<Response>)> ReplyTo(grpc::ServerUnaryReactor* reactor, Response* response) {
  return [reactor, response](absl::StatusOr<Response> result) { FinishCall(reactor, std::move(result), response); };
}

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_REPLIES_H_

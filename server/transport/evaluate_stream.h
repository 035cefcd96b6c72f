// Evaluate: the events of one evaluation as a server stream.
#ifndef ATTUNE_TRANSPORT_EVALUATE_STREAM_H_
#define ATTUNE_TRANSPORT_EVALUATE_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <asio/io_context.hpp>

#include "attune/v1/evaluations.pb.h"
#include "evaluate/runner.h"

namespace attune {

// Never null; deletes itself.
grpc::ServerWriteReactor<v1::EvaluateResponse>* StartEvaluateStream(grpc::CallbackServerContext* context,
                                                                    asio::io_context& io, EvaluationRunner& runner,
                                                                    const v1::EvaluateRequest& request);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_EVALUATE_STREAM_H_

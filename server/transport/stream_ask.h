// StreamAsk: an Ask whose text goes to the caller as it comes.
#ifndef ATTUNE_TRANSPORT_STREAM_ASK_H_
#define ATTUNE_TRANSPORT_STREAM_ASK_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <asio/io_context.hpp>

#include "ask/asker.h"
#include "attune/v1/attune.pb.h"

namespace attune {

// Never null; deletes itself.
grpc::ServerWriteReactor<v1::StreamAskResponse>* StartStreamAsk(grpc::CallbackServerContext* context,
                                                                asio::io_context& io, Asker& asker,
                                                                const v1::AskRequest& request);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_STREAM_ASK_H_

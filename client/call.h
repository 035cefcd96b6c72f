// How one RPC is made: deadline, and the status it ended with. For attune_client.cc; callers include attune_client.h.
#ifndef ATTUNE_CLIENT_CALL_H_
#define ATTUNE_CLIENT_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace attune {

// Code, message and details of what the server said; for a status that no attuned made (no connection, a proxy in
// between) a message that says what to do, with reason SERVER_UNREACHABLE where nothing answered.
absl::Status FromGrpcStatus(const grpc::Status& status, std::string_view server);

// No deadline if `timeout` is infinite.
void SetTimeout(grpc::ClientContext& context, absl::Duration timeout);

template <typename Stub, typename Request, typename Response>
using UnaryMethod = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallUnary(Stub& stub, UnaryMethod<Stub, Request, Response> method, const Request& request,
                                   std::string_view server, absl::Duration timeout) {
  grpc::ClientContext context;
  SetTimeout(context, timeout);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status, server);
  return response;
}

// Reads a stream to its end, or until `keep_going` says false: then it cancels the call.
template <typename Event, typename Reader, typename KeepGoing>
absl::Status ReadStream(grpc::ClientContext& context, Reader& reader, std::string_view server, KeepGoing keep_going) {
  Event event;
  while (reader.Read(&event)) {
    if (!keep_going(event)) context.TryCancel();
  }
  return FromGrpcStatus(reader.Finish(), server);
}

}  // namespace attune

#endif  // ATTUNE_CLIENT_CALL_H_

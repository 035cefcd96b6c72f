// absl::Status to gRPC: code, message, and all details in a google.rpc.Status in the trailer.
#ifndef ATTUNE_TRANSPORT_STATUS_H_
#define ATTUNE_TRANSPORT_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace attune {

// A status without ErrorInfo gets one whose reason is the name of its code. What is too long for a trailer is
// shortened, with "..." at its end.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_STATUS_H_

// The trace that a call belongs to, from its metadata `traceparent` and `tracestate` (W3C Trace Context).
#ifndef ATTUNE_TRANSPORT_CALLER_TRACE_H_
#define ATTUNE_TRANSPORT_CALLER_TRACE_H_

#include <grpcpp/server_context.h>

#include "ask/request.h"

namespace attune {

// An ordinary Ask of that trace. Without a `traceparent`, or with one that is not valid or stands twice, of none: a
// tracing header never makes a call fail. Several `tracestate` are one, in their order.
AskVariant VariantOf(const grpc::CallbackServerContext& context);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_CALLER_TRACE_H_

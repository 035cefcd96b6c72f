#include "client/call.h"

#include <chrono>

#include "absl/strings/cord.h"
#include "attune/v1/errors.pb.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/attune_client.h"

namespace attune {
namespace {

absl::Status Unreachable(std::string_view server, std::string_view cause) {
  return Error(absl::StatusCode::kUnavailable, kServerUnreachable)
      .Message(StrCat("cannot reach attuned at ", server, "; start it with `attuned`, or name another server with ",
                      "--server host:port or ATTUNE_SERVER"))
      .With("server", server)
      .With("cause", cause);
}

absl::Status Lost(std::string_view server, std::string_view cause) {
  return Error(absl::StatusCode::kUnavailable, kServerUnreachable)
      .Message(StrCat("the connection to attuned at ", server, " was lost (", cause, "); is it still running?"))
      .With("server", server)
      .With("cause", cause);
}

// gRPC's own words for "nobody listens there".
bool NeverConnected(const std::string& message) {
  for (const char* words : {"connect", "resolution", "resolve", "name resolver"}) {
    if (message.find(words) != std::string::npos) return true;
  }
  return false;
}

absl::Status WithoutDetails(const grpc::Status& status, std::string_view server) {
  const std::string& message = status.error_message();
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return NeverConnected(message) ? Unreachable(server, message) : Lost(server, message);
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED")
        .Message(StrCat("attuned at ", server, " did not answer in time; --timeout gives it longer"))
        .With("server", server);
  }
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return Error(absl::StatusCode::kUnimplemented, "UNIMPLEMENTED")
        .Message(
            StrCat("the server at ", server, " does not know this call; it is older than this client, or no attuned"))
        .With("server", server);
  }
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  return Error(code, absl::StatusCodeToString(code)).Message(message).With("server", server);
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status, std::string_view server) {
  if (status.ok()) return absl::OkStatus();
  v1::Status details;
  if (!details.ParseFromString(status.error_details()) || details.details().empty()) {
    return WithoutDetails(status, server);
  }
  absl::Status out(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  for (const auto& detail : details.details()) out.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  return out;
}

void SetTimeout(grpc::ClientContext& context, absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(timeout));
}

}  // namespace attune

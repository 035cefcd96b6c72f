// Helpers shared by the use cases of CatalogEditor.
#ifndef ATTUNE_MANAGE_WRITE_JOB_H_
#define ATTUNE_MANAGE_WRITE_JOB_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/error.h"
#include "manage/catalog_editor.h"
#include "manage/catalog_writer.h"

namespace attune {

// Hash of the method's name and the message's bytes with its request_id left out: equal requests, equal fingerprints.
template <typename Request>
std::string Fingerprint(std::string_view method, Request request);
std::string FingerprintBytes(std::string_view method, const google::protobuf::Message& request);

template <typename Request>
std::string Fingerprint(std::string_view method, Request request) {
  request.clear_request_id();
  return FingerprintBytes(method, request);
}

// ABORTED (VERSION_MISMATCH) unless `expected` is not given or is `current`.
absl::Status CheckExpectedVersion(std::string_view kind, std::string_view name, std::optional<int64_t> expected,
                                  int64_t current);
absl::Status CheckDescription(std::string_view description);

// `reply` as the `done` of a job: parses the serialised response.
template <typename Response>
std::function<void(absl::StatusOr<std::string>)> DoneWith(Reply<Response> reply) {
  return [reply = std::move(reply)](absl::StatusOr<std::string> answer) {
    if (!answer.ok()) return reply(answer.status());
    Response response;
    if (!response.ParseFromString(*answer)) {
      return reply(BadField("REQUEST_ID_REUSED", "request_id", "was used for a request of another kind"));
    }
    reply(std::move(response));
  };
}

// proto3 `optional int64 name` as std::optional.
template <typename Request>
std::optional<int64_t> ExpectedVersion(const Request& request) {
  if (!request.has_expected_version()) return std::nullopt;
  return request.expected_version();
}

}  // namespace attune

#endif  // ATTUNE_MANAGE_WRITE_JOB_H_

#include "transport/status.h"

#include "attune/v1/errors.pb.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

void AddDetail(v1::Status& out, std::string_view url, std::string bytes) {
  google::protobuf::Any* detail = out.add_details();
  detail->set_type_url(std::string(url));
  detail->set_value(std::move(bytes));
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  v1::Status out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(std::string(status.message()));
  if (!status.GetPayload(AbslView(kErrorInfoUrl))) {
    v1::ErrorInfo info;
    info.set_reason(absl::StatusCodeToString(status.code()));
    info.set_domain(std::string(kErrorDomain));
    AddDetail(out, kErrorInfoUrl, info.SerializeAsString());
  }
  status.ForEachPayload([&out](absl::string_view url, const absl::Cord& payload) {
    AddDetail(out, StdView(url), std::string(payload));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), out.message(), out.SerializeAsString());
}

}  // namespace attune

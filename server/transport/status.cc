#include "transport/status.h"

#include "attune/v1/errors.pb.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

// Clients take 8 KiB of metadata unless told otherwise; there the details are in base64 and the message stands twice.
constexpr size_t kMaxStatusBytes = 4096;
constexpr size_t kLongestValue = 2048;  // of one text, once the status is too long
constexpr int kMaxViolations = 16;      // likewise

void AddDetail(v1::Status& out, std::string_view url, std::string bytes) {
  google::protobuf::Any* detail = out.add_details();
  detail->set_type_url(std::string(url));
  detail->set_value(std::move(bytes));
}

void Cut(std::string& text, size_t limit) {
  if (text.size() > limit) text = StrCat(CutUtf8(text, limit), "...");
}

std::string CutInfo(const std::string& bytes, size_t limit) {
  v1::ErrorInfo info;
  info.ParseFromString(bytes);
  for (auto& [key, value] : *info.mutable_metadata()) Cut(value, limit);
  return info.SerializeAsString();
}

std::string CutViolations(const std::string& bytes, size_t limit) {
  v1::BadRequest bad;
  bad.ParseFromString(bytes);
  const int dropped = bad.field_violations_size() - kMaxViolations;
  if (dropped > 0) bad.mutable_field_violations()->DeleteSubrange(kMaxViolations, dropped);
  for (auto& violation : *bad.mutable_field_violations()) {
    Cut(*violation.mutable_field(), limit);
    Cut(*violation.mutable_description(), limit);
  }
  return bad.SerializeAsString();
}

// Names and texts of the request may be in an error, and it must still reach the caller.
void Shorten(v1::Status& out) {
  for (size_t limit = kLongestValue; out.ByteSizeLong() > kMaxStatusBytes && limit > 0; limit /= 2) {
    Cut(*out.mutable_message(), limit);
    for (auto& detail : *out.mutable_details()) {
      if (detail.type_url() == kErrorInfoUrl) detail.set_value(CutInfo(detail.value(), limit));
      if (detail.type_url() == kBadRequestUrl) detail.set_value(CutViolations(detail.value(), limit));
    }
  }
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
  status.ForEachPayload(
      [&out](absl::string_view url, const absl::Cord& payload) { AddDetail(out, StdView(url), std::string(payload)); });
  Shorten(out);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), out.message(), out.SerializeAsString());
}

}  // namespace attune

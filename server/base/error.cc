#include "base/error.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/cord.h"
#include "attune/v1/errors.pb.h"
#include "base/strings.h"

namespace attune {
namespace {

void SetDetail(absl::Status& status, std::string_view url, const google::protobuf::Message& detail) {
  status.SetPayload(AbslView(url), absl::Cord(detail.SerializeAsString()));
}

// Details are protobuf strings, which must be UTF-8, while a path or a damaged row may hold anything: a byte that does
// not belong becomes '?'.
std::string ToUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  std::string valid;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t code_point = 0;
    const auto left = static_cast<utf8proc_ssize_t>(text.size() - at);
    const utf8proc_ssize_t size = utf8proc_iterate(bytes + at, left, &code_point);
    valid += size > 0 ? text.substr(at, static_cast<size_t>(size)) : "?";
    at += static_cast<size_t>(std::max<utf8proc_ssize_t>(size, 1));
  }
  return valid;
}

v1::ErrorInfo ReadInfo(const absl::Status& status) {
  v1::ErrorInfo info;
  if (auto payload = status.GetPayload(AbslView(kErrorInfoUrl))) {
    if (!info.ParseFromString(std::string(*payload))) info.Clear();
  }
  return info;
}

}  // namespace

Error::Error(absl::StatusCode code, std::string_view reason) : code_(code), reason_(reason) {}

Error& Error::Message(std::string_view text) {
  message_ = ToUtf8(text);
  return *this;
}

Error& Error::With(std::string_view key, std::string_view value) {
  metadata_.emplace_back(key, ToUtf8(value));
  return *this;
}

Error& Error::With(std::string_view key, int64_t value) { return With(key, StrCat(value)); }

Error& Error::Field(std::string_view path, std::string_view description) {
  fields_.emplace_back(ToUtf8(path), ToUtf8(description));
  return *this;
}

Error& Error::RetryAfter(absl::Duration delay) {
  retry_after_ = delay;
  return *this;
}

Error& Error::Quota(std::string_view subject, std::string_view description) {
  quotas_.emplace_back(ToUtf8(subject), ToUtf8(description));
  return *this;
}

absl::Status Error::Build() const {
  absl::Status status(code_, message_);
  v1::ErrorInfo info;
  info.set_reason(reason_);
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata_) (*info.mutable_metadata())[key] = value;
  SetDetail(status, kErrorInfoUrl, info);
  if (!fields_.empty()) {
    v1::BadRequest bad;
    for (const auto& [path, description] : fields_) {
      auto* violation = bad.add_field_violations();
      violation->set_field(path);
      violation->set_description(description);
    }
    SetDetail(status, kBadRequestUrl, bad);
  }
  if (retry_after_ != absl::InfiniteDuration()) {
    v1::RetryInfo retry;
    const int64_t nanos = absl::ToInt64Nanoseconds(retry_after_);
    retry.mutable_retry_delay()->set_seconds(nanos / 1'000'000'000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
    SetDetail(status, kRetryInfoUrl, retry);
  }
  if (!quotas_.empty()) {
    v1::QuotaFailure quota;
    for (const auto& [subject, description] : quotas_) {
      auto* violation = quota.add_violations();
      violation->set_subject(subject);
      violation->set_description(description);
    }
    SetDetail(status, kQuotaFailureUrl, quota);
  }
  return status;
}

absl::Status BadField(std::string_view reason, std::string_view field, std::string_view message) {
  return Error(absl::StatusCode::kInvalidArgument, reason)
      .Message(field.empty() ? std::string(message) : StrCat(field, ": ", message))
      .With("field", field)
      .Field(field, message);
}

std::string ErrorReason(const absl::Status& status) { return ReadInfo(status).reason(); }

std::string ErrorMetadata(const absl::Status& status, std::string_view key) {
  const v1::ErrorInfo info = ReadInfo(status);
  const auto found = info.metadata().find(std::string(key));
  return found == info.metadata().end() ? "" : found->second;
}

std::optional<absl::Duration> RetryDelay(const absl::Status& status) {
  const auto payload = status.GetPayload(AbslView(kRetryInfoUrl));
  v1::RetryInfo info;
  if (!payload || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  return absl::Seconds(info.retry_delay().seconds()) + absl::Nanoseconds(info.retry_delay().nanos());
}

absl::Status WithMetadata(absl::Status status, std::string_view key, std::string_view value) {
  v1::ErrorInfo info = ReadInfo(status);
  info.set_domain(std::string(kErrorDomain));
  (*info.mutable_metadata())[std::string(key)] = ToUtf8(value);
  SetDetail(status, kErrorInfoUrl, info);
  return status;
}

absl::Status AtField(absl::Status status, std::string_view field) {
  v1::BadRequest bad;
  v1::BadRequest::FieldViolation& violation = *bad.add_field_violations();
  violation.set_field(ToUtf8(field));
  violation.set_description(std::string(status.message()));
  SetDetail(status, kBadRequestUrl, bad);
  return status;
}

}  // namespace attune

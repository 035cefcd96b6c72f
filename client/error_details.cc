#include "attune/v1/errors.pb.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/attune_client.h"

namespace attune {
namespace {

// False if the status has no such detail, or one that cannot be read.
template <typename Detail>
bool ReadDetail(const absl::Status& status, std::string_view url, Detail& detail) {
  const auto payload = status.GetPayload(AbslView(url));
  return payload.has_value() && detail.ParseFromString(std::string(*payload));
}

}  // namespace

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  if (v1::ErrorInfo info; ReadDetail(status, kErrorInfoUrl, info)) {
    details.reason = info.reason();
    details.metadata = {info.metadata().begin(), info.metadata().end()};
  }
  if (v1::BadRequest bad; ReadDetail(status, kBadRequestUrl, bad)) {
    for (const auto& violation : bad.field_violations()) {
      details.fields.emplace_back(violation.field(), violation.description());
    }
  }
  if (v1::QuotaFailure quota; ReadDetail(status, kQuotaFailureUrl, quota)) {
    for (const auto& violation : quota.violations()) {
      details.quotas.emplace_back(violation.subject(), violation.description());
    }
  }
  if (v1::RetryInfo retry; ReadDetail(status, kRetryInfoUrl, retry)) {
    details.retry_after = absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos());
  }
  return details;
}

}  // namespace attune

#include "base/error.h"

#include <gtest/gtest.h>

#include "attune/v1/errors.pb.h"
#include "base/strings.h"

namespace attune {
namespace {

template <typename Detail>
Detail Read(const absl::Status& status, std::string_view url) {
  Detail detail;
  const auto payload = status.GetPayload(AbslView(url));
  EXPECT_TRUE(payload.has_value()) << url;
  if (payload.has_value()) {
    EXPECT_TRUE(detail.ParseFromString(std::string(*payload)));
  }
  return detail;
}

TEST(Error, CarriesEveryDetailUnderTheStandardTypeUrls) {
  const absl::Status status = Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
                                  .Message("too much")
                                  .With("limit", 7)
                                  .With("who", "me")
                                  .Field("a.b", "is wrong")
                                  .Field("a.c", "is wrong, too")
                                  .RetryAfter(absl::Milliseconds(1500))
                                  .Quota("calls", "at most 7");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "too much");
  const auto info = Read<v1::ErrorInfo>(status, kErrorInfoUrl);
  EXPECT_EQ(info.reason(), "OVERLOADED");
  EXPECT_EQ(info.domain(), "attune");
  EXPECT_EQ(info.metadata().at("limit"), "7");
  EXPECT_EQ(info.metadata().at("who"), "me");
  const auto bad = Read<v1::BadRequest>(status, kBadRequestUrl);
  ASSERT_EQ(bad.field_violations_size(), 2);
  EXPECT_EQ(bad.field_violations(1).field(), "a.c");
  const auto retry = Read<v1::RetryInfo>(status, kRetryInfoUrl);
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
  EXPECT_EQ(Read<v1::QuotaFailure>(status, kQuotaFailureUrl).violations(0).subject(), "calls");
}

TEST(Error, ABadFieldNamesItsPathInMessageAndDetail) {
  const absl::Status status = BadField("BAD_NAME", "prompt.name", "is not a name");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "prompt.name: is not a name");
  EXPECT_EQ(ErrorReason(status), "BAD_NAME");
  EXPECT_EQ(ErrorMetadata(status, "field"), "prompt.name");
  EXPECT_EQ(Read<v1::BadRequest>(status, kBadRequestUrl).field_violations(0).field(), "prompt.name");
}

TEST(Error, MetadataCanBeAddedLater) {
  const absl::Status status = WithMetadata(BadField("X", "f", "m"), "more", "here");
  EXPECT_EQ(ErrorMetadata(status, "more"), "here");
  EXPECT_EQ(ErrorReason(status), "X");
  EXPECT_EQ(ErrorMetadata(absl::CancelledError(""), "more"), "");
}

}  // namespace
}  // namespace attune

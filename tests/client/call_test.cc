#include "client/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attune/v1/errors.pb.h"
#include "base/error.h"
#include "client/attune_client.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(FromGrpcStatus, ReadsEveryDetail) {
  v1::Status details;
  v1::ErrorInfo info;
  info.set_reason("PROMPT_NOT_FOUND");
  (*info.mutable_metadata())["nearest"] = "faq";
  v1::BadRequest bad;
  bad.add_field_violations()->set_field("prompt");
  v1::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  const auto add = [&details](std::string_view url, const google::protobuf::Message& message) {
    auto* detail = details.add_details();
    detail->set_type_url(std::string(url));
    detail->set_value(message.SerializeAsString());
  };
  add(kErrorInfoUrl, info);
  add(kBadRequestUrl, bad);
  add(kRetryInfoUrl, retry);
  const grpc::Status wire(grpc::StatusCode::NOT_FOUND, "there is no prompt", details.SerializeAsString());
  const absl::Status status = FromGrpcStatus(wire, "host:1");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no prompt");
  const ErrorDetails read = DetailsOf(status);
  EXPECT_EQ(read.reason, "PROMPT_NOT_FOUND");
  EXPECT_THAT(read.metadata, ElementsAre(Pair("nearest", "faq")));
  EXPECT_THAT(read.fields, ElementsAre(Pair("prompt", "")));
  EXPECT_EQ(read.retry_after, absl::Seconds(2));
}

TEST(FromGrpcStatus, SaysWhatToDoWhereNoAttunedAnswered) {
  const struct {
    grpc::StatusCode code;
    const char* message;
    absl::StatusCode expected;
    const char* words;
  } cases[] = {
      {grpc::StatusCode::UNAVAILABLE, "failed to connect to all addresses", absl::StatusCode::kUnavailable,
       "cannot reach attuned at host:1; start it with `attuned`"},
      {grpc::StatusCode::UNAVAILABLE, "Socket closed", absl::StatusCode::kUnavailable, "was lost (Socket closed)"},
      {grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded", absl::StatusCode::kDeadlineExceeded, "--timeout"},
      {grpc::StatusCode::UNIMPLEMENTED, "", absl::StatusCode::kUnimplemented, "does not know this call"},
      {grpc::StatusCode::INTERNAL, "odd", absl::StatusCode::kInternal, "odd"},
  };
  for (const auto& c : cases) {
    const absl::Status status = FromGrpcStatus(grpc::Status(c.code, c.message), "host:1");
    EXPECT_EQ(status.code(), c.expected);
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.words));
    EXPECT_FALSE(DetailsOf(status).reason.empty());
  }
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK, "host:1").ok());
}

TEST(Client, AServerThatIsNotThereIsUnreachable) {
  AttuneClient client({.server = "127.0.0.1:1"});
  const auto answer = client.Ask(v1::AskRequest());
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailsOf(answer.status()).reason, kServerUnreachable);
  EXPECT_THAT(std::string(answer.status().message()), HasSubstr("cannot reach attuned at 127.0.0.1:1"));
}

}  // namespace
}  // namespace attune

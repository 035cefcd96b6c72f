#include "otlp_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "options.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Headers = std::vector<std::string>;

TEST(OtlpHeaders, AreReadAsTheSpecificationSays) {
  const struct {
    std::string list;
    Headers headers;
  } cases[] = {
      {"", {}},
      {"api-key=secret", {"api-key: secret"}},
      {"a=1,b=2", {"a: 1", "b: 2"}},
      {" a = 1 ,\tb\t=\t2 ", {"a: 1", "b: 2"}},
      {"a=1,,b=2,", {"a: 1", "b: 2"}},
      {"Authorization=Basic%20dXNlcjpwYXNz", {"Authorization: Basic dXNlcjpwYXNz"}},
      {"Authorization=Basic dXNlcjpwYXNzdw==", {"Authorization: Basic dXNlcjpwYXNzdw=="}},
      {"a=%2C%3b%25+%C3%BC", {"a: ,;%+\xC3\xBC"}},
      {"a=1;b=2", {"a: 1;b=2"}},
      {"!#$%&'*+-.^_`|~09azAZ=1", {"!#$%&'*+-.^_`|~09azAZ: 1"}},
      {"a=1,a=2", {"a: 1", "a: 2"}},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<Headers> headers = ReadOtlpHeaders("VARIABLE", c.list);
    ASSERT_TRUE(headers.ok()) << headers.status();
    EXPECT_EQ(*headers, c.headers) << c.list;
  }
}

TEST(OtlpHeaders, ABadMemberIsNamedByItsPlaceAndNeverShown) {
  for (const char* member : {"s3cret", "=s3cret", "two words=s3cret", "k\xC3\xA4y=s3cret", "s3cret:x=1", "k=s3cret%",
                             "k=s3cret%4", "k=s3cret%g0", "k=s3cret%0D%0AX-Other: 1", "k=s3cret%00", "k=s3cret\x01x",
                             "s3cret=", "Content-Type=s3cret", "content-length=s3cret", "Host=s3cret"}) {
    const absl::Status bad = ReadOtlpHeaders("VARIABLE", StrCat("a=1, ", member, ",b=2")).status();
    EXPECT_EQ(bad.code(), absl::StatusCode::kInvalidArgument) << member;
    EXPECT_EQ(ErrorReason(bad), "BAD_FLAG") << member;
    EXPECT_EQ(ErrorMetadata(bad, "flag"), "VARIABLE");
    EXPECT_THAT(bad.ToString(), HasSubstr("VARIABLE: member 2 of the list"));
    EXPECT_THAT(bad.ToString(), Not(HasSubstr("s3cret"))) << member;
  }
}

TEST(OtlpHeaders, ThoseForTracesTakeThePlaceOfTheOthers) {
  Options options;
  options.otlp_headers = "a=1,b=2";
  EXPECT_THAT(CollectorHeaders(options).value(), ElementsAre()) << "there is no collector";
  options.otlp_endpoint = "http://127.0.0.1:4318";
  EXPECT_THAT(CollectorHeaders(options).value(), ElementsAre("a: 1", "b: 2"));
  options.otlp_traces_headers = "b=3";
  EXPECT_THAT(CollectorHeaders(options).value(), ElementsAre("b: 3"));
}

TEST(OtlpHeaders, ABadListIsABadOption) {
  Options options;
  options.otlp_headers = "bad";
  options.otlp_traces_headers = "";
  EXPECT_TRUE(CheckOptions(options).ok()) << "nobody is sent any";
  options.otlp_endpoint = "http://127.0.0.1:4318";
  EXPECT_EQ(ErrorMetadata(CheckOptions(options), "flag"), "OTEL_EXPORTER_OTLP_HEADERS");
  options.otlp_traces_headers = "worse";
  EXPECT_EQ(ErrorMetadata(CheckOptions(options), "flag"), "OTEL_EXPORTER_OTLP_TRACES_HEADERS");
  options.otlp_traces_headers = "a=1";
  EXPECT_TRUE(CheckOptions(options).ok());
}

}  // namespace
}  // namespace attune

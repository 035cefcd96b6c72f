#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"

namespace attune {
namespace {

ParsedOptions Parse(std::vector<std::string> flags) {
  flags.insert(flags.begin(), "attuned");
  std::vector<char*> arguments;
  for (std::string& flag : flags) arguments.push_back(flag.data());
  return ParseOptions(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, OnlyTheLoopbackIsServedUnlessTheFlagSaysOtherwise) {
  for (const char* address : {"127.0.0.1:7117", "127.8.9.10:0", "localhost:65535", "[::1]:1"}) {
    Options options;
    options.listen = options.metrics = address;
    EXPECT_TRUE(CheckOptions(options).ok()) << address;
  }
  for (const char* address : {"0.0.0.0:7117", "[::]:7117", "192.168.1.2:1", "example.com:1", "127.example.com:1"}) {
    for (std::string Options::*flag : {&Options::listen, &Options::metrics}) {
      Options options;
      options.*flag = address;
      const absl::Status refused = CheckOptions(options);
      EXPECT_EQ(ErrorReason(refused), "BAD_FLAG") << address;
      EXPECT_EQ(ErrorMetadata(refused, "flag"), flag == &Options::listen ? "--listen" : "--metrics");
      EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("--allow-remote-without-tls"));
      options.allow_remote_without_tls = true;
      EXPECT_TRUE(CheckOptions(options).ok()) << address;
    }
  }
}

TEST(Options, AnAddressIsOneHostAndOnePort) {
  for (const char* address : {"127.0.0.1", "7117", ":7117", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536",
                              "127.0.0.1:-1", "127.0.0.1:80s", "0.0.0.0:1,127.0.0.1:2", "127.0.0.1:1,0.0.0.0:2"}) {
    for (std::string Options::*flag : {&Options::listen, &Options::metrics}) {
      Options options;
      options.*flag = address;
      options.allow_remote_without_tls = true;
      EXPECT_EQ(ErrorReason(CheckOptions(options)), "BAD_FLAG") << address;
    }
  }
}

TEST(Options, AKeyOfTheEnvironmentIsOneLine) {
  for (VendorAccess Options::*vendor : {&Options::openai, &Options::anthropic, &Options::gemini}) {
    Options options;
    (options.*vendor).api_key = "sk-secret\n";
    EXPECT_TRUE(CheckOptions(options).ok());
    (options.*vendor).api_key = "sk-secret\r\nX-Other: 1";
    const absl::Status refused = CheckOptions(options);
    EXPECT_EQ(ErrorReason(refused), "BAD_FLAG");
    EXPECT_EQ(refused.ToString().find("sk-secret"), std::string::npos);
  }
}

TEST(Options, MetricsAndLogAreOffUntilAskedFor) {
  const ParsedOptions plain = Parse({});
  ASSERT_FALSE(plain.exit_code.has_value());
  EXPECT_EQ(plain.options.metrics, "");
  EXPECT_EQ(plain.options.log, "off");
  const ParsedOptions both = Parse({"--metrics", "127.0.0.1:9464", "--log", "json"});
  ASSERT_FALSE(both.exit_code.has_value());
  EXPECT_EQ(both.options.metrics, "127.0.0.1:9464");
  EXPECT_EQ(both.options.log, "json");
  EXPECT_EQ(Parse({"--log", "loud"}).exit_code, 2);
}

}  // namespace
}  // namespace attune

// The whole loop from grpcurl by reflection alone: what a person has who knows nothing but the address. Skipped where
// grpcurl is not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "tests/end_to_end/attuned_process.h"

namespace attune {
namespace {

using testing::HasSubstr;

// grpcurl writes dataset_version or datasetVersion, as its version is.
std::string WithoutCase(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  for (char& c : text) c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return text;
}

bool HasGrpcurl() { return RunCommand({"grpcurl", "-version"}).exit_code == 0; }

class Grpcurl : public testing::Test {
 protected:
  void SetUp() override {
    if (!HasGrpcurl()) GTEST_SKIP() << "grpcurl is not installed";
    ASSERT_TRUE(server_.running()) << server_.output();
  }

  CommandResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"grpcurl", "-plaintext"});
    return RunCommand(arguments);
  }
  CommandResult Call(const std::string& method, const std::string& json) {
    return Run({"-d", json, server_.address(), method});
  }
  CommandResult Show(const std::string& verb, const std::string& symbol = "") {
    return symbol.empty() ? Run({server_.address(), verb}) : Run({server_.address(), verb, symbol});
  }

 private:
  AttunedProcess server_{{"--memory"}};
};

TEST_F(Grpcurl, ListsEveryServiceAndDescribesEveryRpc) {
  const CommandResult services = Show("list");
  ASSERT_EQ(services.exit_code, 0) << services.err;
  for (const char* service : {"attune.v1.Attune", "attune.v1.Catalog", "attune.v1.Evaluations", "attune.v1.Insights"}) {
    EXPECT_THAT(services.out, HasSubstr(service));
    const CommandResult described = Show("describe", service);
    EXPECT_EQ(described.exit_code, 0) << described.err;
    EXPECT_THAT(described.out, HasSubstr("rpc "));
  }
  EXPECT_THAT(services.out, HasSubstr("grpc.health.v1.Health"));
  EXPECT_THAT(Call("grpc.health.v1.Health/Check", "{}").out, HasSubstr("SERVING"));
}

TEST_F(Grpcurl, UpdatesAsksRendersMeasuresAndSaysWhatWasWrong) {
  const CommandResult updated = Call("attune.v1.Attune/UpdateDataset", R"({"mutations":[{"upsert":{
      "id":"warranty","input":"What is the warranty period for Product X?",
      "output":"Product X comes with a two-year warranty from the date of purchase."}}]})");
  ASSERT_EQ(updated.exit_code, 0) << updated.err;
  EXPECT_THAT(updated.out, HasSubstr("\"version\": \"1\""));

  const CommandResult answer = Call("attune.v1.Attune/Ask", R"({"input":"How long is the warranty of Product X?"})");
  ASSERT_EQ(answer.exit_code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("two-year warranty"));
  EXPECT_THAT(answer.out, HasSubstr("\"warranty\""));
  EXPECT_THAT(WithoutCase(answer.out), HasSubstr("\"datasetversion\": \"1\""));

  const CommandResult streamed = Call("attune.v1.Attune/StreamAsk", R"({"input":"How long is the warranty?"})");
  EXPECT_THAT(WithoutCase(streamed.out), HasSubstr("textdelta"));
  EXPECT_THAT(WithoutCase(streamed.out), HasSubstr("finishreason"));

  const CommandResult rendered =
      Call("attune.v1.Catalog/RenderPrompt", R"({"request":{"input":"How long is the warranty?"}})");
  EXPECT_THAT(WithoutCase(rendered.out), HasSubstr("estimatedinputtokens"));

  const CommandResult measured = Call("attune.v1.Attune/Evaluate", R"({"cases":[{"input":"warranty of Product X?",
      "output":"Product X comes with a two-year warranty from the date of purchase."}]})");
  ASSERT_EQ(measured.exit_code, 0) << measured.err;
  EXPECT_THAT(measured.out, HasSubstr("\"wilson\""));

  // grpcurl looks the standard google.rpc types up on the server.
  const CommandResult missing = Call("attune.v1.Attune/Ask", R"({"prompt":"defualt","input":"x"})");
  EXPECT_NE(missing.exit_code, 0);
  EXPECT_THAT(missing.err, HasSubstr("NotFound"));
  EXPECT_THAT(missing.err, HasSubstr("the nearest names are: default"));
  EXPECT_THAT(missing.err, HasSubstr("google.rpc.ErrorInfo"));
  EXPECT_THAT(missing.err, HasSubstr("PROMPT_NOT_FOUND"));
}

}  // namespace
}  // namespace attune

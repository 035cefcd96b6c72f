// Traces through the real server: in by gRPC, out to the vendor and to a collector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kTraceId[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class TraceTest : public testing::Test {
 protected:
  TraceTest() {
    const VendorWire& wire = VendorNamed("OpenAiChat");
    vendor_.Always([&wire](const RecordedRequest&) { return WholeResponse(200, wire.whole("four", Ending::kStop)); });
    collector_.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  }

  AttunedProcess::Environment WithVendor(const std::string& collector) const {
    return {{"OPENAI_BASE_URL", vendor_.url()}, {"OTEL_EXPORTER_OTLP_ENDPOINT", collector}};
  }

  static grpc::Status Ask(const AttunedProcess& server) {
    v1::AskRequest request;
    request.set_input("a secret question");
    request.mutable_overrides()->set_model("openai/m");
    v1::AskResponse response;
    grpc::ClientContext context;
    context.AddMetadata("traceparent", kParent);
    context.AddMetadata("tracestate", "a=1");
    return Connect<v1::Attune>(server.address())->Ask(&context, request, &response);
  }

  std::string VendorsHeader(const std::string& name) const { return vendor_.requests().at(0).headers.at(name); }

  ScriptedHttpServer vendor_, collector_;
};

TEST_F(TraceTest, WithoutACollectorTheCallersContextReachesTheVendor) {
  AttunedProcess server({"--memory"}, WithVendor(""));
  ASSERT_TRUE(server.running()) << server.output();
  const grpc::Status status = Ask(server);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(VendorsHeader("traceparent"), kParent);
  EXPECT_EQ(VendorsHeader("tracestate"), "a=1");
}

TEST_F(TraceTest, TheSpansReachTheCollectorBeforeTheServerEnds) {
  AttunedProcess server({"--memory"}, WithVendor(collector_.url("")));
  ASSERT_TRUE(server.running()) << server.output();
  const grpc::Status status = Ask(server);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(server.Stop(SIGTERM), 0);
  std::string bodies;
  for (const RecordedRequest& request : collector_.requests()) {
    EXPECT_EQ(request.target, "/v1/traces");
    bodies += request.body;
  }
  EXPECT_THAT(bodies, HasSubstr(R"("name":"Ask","kind":2)"));
  EXPECT_THAT(bodies, HasSubstr(R"("name":"chat m","kind":3)"));
  EXPECT_THAT(bodies, HasSubstr(R"("parentSpanId":"b7ad6b7169203331")"));
  EXPECT_THAT(bodies, Not(HasSubstr("secret")));
  const std::string parent = VendorsHeader("traceparent");
  EXPECT_THAT(parent, HasSubstr(kTraceId));
  EXPECT_NE(parent, kParent);
  EXPECT_THAT(bodies, HasSubstr("\"spanId\":\"" + parent.substr(36, 16) + "\""));
}

TEST_F(TraceTest, ADeadCollectorDisturbsNothing) {
  std::string nowhere;
  {
    ScriptedHttpServer gone;
    nowhere = gone.url("");
  }
  AttunedProcess server({"--memory", "--otlp-endpoint", nowhere}, WithVendor(collector_.url("")));
  ASSERT_TRUE(server.running()) << server.output();
  EXPECT_TRUE(Ask(server).ok());
  EXPECT_EQ(server.Stop(SIGTERM), 0);
  EXPECT_TRUE(collector_.requests().empty()) << "the flag wins over the environment";
}

TEST_F(TraceTest, TheCollectorGetsItsHeadersAndNobodyElseDoes) {
  AttunedProcess::Environment environment = WithVendor(collector_.url(""));
  environment.emplace_back("OTEL_EXPORTER_OTLP_HEADERS", "api-key=not%20used");
  environment.emplace_back("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "api-key=s3%20cret");
  collector_.Always([](const RecordedRequest&) { return WholeResponse(401, "who are you?"); });
  AttunedProcess server({"--memory", "--log", "json"}, environment);
  ASSERT_TRUE(server.running()) << server.output();
  EXPECT_TRUE(Ask(server).ok());
  EXPECT_TRUE(server.Signal(SIGTERM, "did not reach the collector")) << server.output();
  ASSERT_FALSE(collector_.requests().empty());
  EXPECT_EQ(collector_.requests()[0].headers.at("api-key"), "s3 cret");
  EXPECT_EQ(vendor_.requests().at(0).headers.count("api-key"), 0u);
  EXPECT_THAT(server.output(), Not(HasSubstr("cret")));
}

TEST_F(TraceTest, BadHeadersForTheCollectorAreRefusedAtTheStartAndNotShown) {
  const AttunedProcess server({"--memory", "--otlp-endpoint", collector_.url("")},
                              {{"OTEL_EXPORTER_OTLP_HEADERS", "s3cret"}});
  EXPECT_FALSE(server.running());
  EXPECT_THAT(server.output(), HasSubstr("OTEL_EXPORTER_OTLP_HEADERS"));
  EXPECT_THAT(server.output(), Not(HasSubstr("s3cret")));
}

TEST_F(TraceTest, ABadEndpointIsRefusedAtTheStart) {
  for (const char* endpoint : {"localhost:4317", "ftp://x", "http://", "http://x?y=z"}) {
    const AttunedProcess server({"--memory", "--otlp-endpoint", endpoint});
    EXPECT_FALSE(server.running()) << endpoint;
    EXPECT_THAT(server.output(), HasSubstr("--otlp-endpoint")) << endpoint;
  }
}

}  // namespace
}  // namespace attune

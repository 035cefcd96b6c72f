// The trace of a caller, from the metadata of its call to the call of the model.
#include "absl/strings/str_join.h"
#include "tests/transport/served_house.h"

namespace attune {
namespace {

constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class CallerTraceTest : public testing::Test {
 protected:
  using Metadata = std::vector<std::pair<std::string, std::string>>;

  // The headers that the call of the model would have; "" for none.
  std::string HeadersAfter(const Metadata& metadata, bool streamed) {
    v1::AskRequest request;
    request.set_input("q");
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    if (streamed) {
      const auto stream = house_.attune->StreamAsk(&context, request);
      for (v1::StreamAskResponse chunk; stream->Read(&chunk);) {
      }
      EXPECT_TRUE(stream->Finish().ok());
    } else {
      v1::AskResponse response;
      EXPECT_TRUE(house_.attune->Ask(&context, request, &response).ok());
    }
    const std::shared_ptr<const TraceScope> trace = house_.provider.requests().back().trace;
    if (trace == nullptr) return "";
    std::vector<std::string> headers;
    AddTraceHeaders(trace->context, headers);
    return absl::StrJoin(headers, "\n");
  }

  ServedHouse house_;
};

TEST_F(CallerTraceTest, GoesWithTheCallOfTheModel) {
  const std::string parent = std::string("traceparent: ") + kParent;
  const struct {
    Metadata metadata;
    std::string headers;
  } cases[] = {
      {{}, ""},
      {{{"traceparent", kParent}}, parent},
      {{{"traceparent", kParent}, {"tracestate", "a=1"}}, parent + "\ntracestate: a=1"},
      {{{"traceparent", kParent}, {"tracestate", "a=1"}, {"tracestate", "b=2"}}, parent + "\ntracestate: a=1,b=2"},
      {{{"traceparent", kParent}, {"tracestate", "not valid"}}, parent},
      {{{"tracestate", "a=1"}}, ""},
      {{{"traceparent", "not valid"}, {"tracestate", "a=1"}}, ""},
      {{{"traceparent", kParent}, {"traceparent", kParent}}, ""},
  };
  for (const auto& c : cases) {
    for (const bool streamed : {false, true}) EXPECT_EQ(HeadersAfter(c.metadata, streamed), c.headers);
  }
}

}  // namespace
}  // namespace attune

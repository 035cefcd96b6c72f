// Two vendors that throttle, fail, cut and stall, behind one route: callers hardly notice.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/jitter.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

constexpr int kAsks = 20'000;
constexpr int kCallers = 32;
constexpr int kDeadlineMs = 10'000;
constexpr double kAnswered = 0.999;

// The number that a question holds is the answer to it, so that a mixed-up one shows.
std::string AnswerTo(const std::string& body) {
  const size_t begin = body.rfind("number ") + 7;
  return "the answer is " + body.substr(begin, body.find_first_not_of("0123456789", begin) - begin);
}

// 5 % 429, 3 % 500, 2 % cut in mid-body, 1 % stalls; the rest answer.
class FaultyVendor {
 public:
  FaultyVendor(const VendorWire& wire, uint64_t seed) : wire_(wire), dice_(seed) {
    server_.Always([this](const RecordedRequest& request) { return Script(request.body); });
  }
  std::string url() const { return server_.url(); }
  int64_t calls() const { return calls_; }

 private:
  ServerScript Script(const std::string& body) {
    ++calls_;
    const std::string answer = wire_.whole(AnswerTo(body), Ending::kStop);
    const double dice = dice_.Next();
    if (dice < 0.05) return WholeResponse(429, R"({"error":{"message":"slow down"}})");
    if (dice < 0.08) return WholeResponse(500, R"({"error":{"message":"boom"}})");
    if (dice < 0.10) {
      return ServerScript()
          .Head(200, {absl::StrCat("Content-Length: ", answer.size())})
          .Send(answer.substr(0, 30))
          .Close();
    }
    if (dice < 0.11) return ServerScript().Stall();
    return WholeResponse(200, answer);
  }

  const VendorWire& wire_;
  Jitter dice_;
  std::atomic<int64_t> calls_{0};
  ScriptedHttpServer server_;
};

struct Tally {
  std::atomic<int64_t> next{0}, answered{0}, failed{0}, wrong{0}, late{0}, attempts{0};
};

void AskOne(v1::Attune::Stub& stub, int64_t number, Tally& tally) {
  v1::AskRequest request;
  request.set_input(absl::StrCat("What is the answer to number ", number, "?"));
  request.mutable_overrides()->set_model("route/main");
  v1::AskResponse response;
  grpc::ClientContext context;
  SetDeadline(context, kDeadlineMs);
  const absl::Time start = absl::Now();
  const grpc::Status status = stub.Ask(&context, request, &response);
  // The client's own deadline ends the call; what is left is for the way back.
  if (absl::Now() - start > absl::Milliseconds(kDeadlineMs + 1'000)) ++tally.late;
  if (!status.ok()) {
    ++tally.failed;
    const auto attempts = InfoOf(status).metadata().find("attempts");
    tally.attempts += attempts == InfoOf(status).metadata().end() ? 1 : std::stoll(attempts->second);
    return;
  }
  ++tally.answered;
  tally.attempts += response.timing().attempts();
  if (response.text() != absl::StrCat("the answer is ", number)) ++tally.wrong;
}

TEST(FaultCampaign, HardlyAnyCallerNotices) {
  FaultyVendor first(VendorNamed("OpenAiChat"), 1);
  FaultyVendor second(VendorNamed("AnthropicMessages"), 2);
  const TemporaryDirectory directory;
  const std::string file = directory.File("attune.yaml");
  std::ofstream(file) << "providers:\n"
                      << "  first: {kind: openai, base_url: \"" << first.url() << "\", attempt_timeout: 2s}\n"
                      << "  second: {kind: anthropic, base_url: \"" << second.url() << "\", attempt_timeout: 2s}\n"
                      << "routes:\n  main: [first/m, second/m]\n";
  AttunedProcess server({"--memory", "--config", file});
  ASSERT_TRUE(server.running()) << server.output();
  Tally tally;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      const auto stub = Connect<v1::Attune>(server.address());
      for (int64_t number = 0; (number = tally.next++) < kAsks;) AskOne(*stub, number, tally);
    });
  }
  for (std::thread& caller : callers) caller.join();
  RecordProperty("failed", static_cast<int>(tally.failed));
  EXPECT_GE(static_cast<double>(tally.answered), kAnswered * kAsks) << tally.failed << " failed";
  EXPECT_EQ(tally.wrong, 0);
  EXPECT_EQ(tally.late, 0);
  EXPECT_EQ(tally.attempts, first.calls() + second.calls()) << "not every call of a vendor is accounted for";
  EXPECT_GT(second.calls(), 0);
}

}  // namespace
}  // namespace attune

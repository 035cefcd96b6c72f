// How long it takes from the cancellation of a call until the vendor's server sees its connection close, over real
// sockets: while the call waits for the head of the response (0), and between the pieces of a stream (1). `most_us` is
// the longest of all iterations.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>

#include "http/curl_client.h"
#include "provider/openai_chat.h"
#include "provider/vendor_chat.h"
#include "tests/fakes/run_coroutine.h"
#include "tests/fakes/scripted_http_server.h"

namespace attune {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr char kFirstText[] = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first\"}}]}\n\n";

class FirstTextSink final : public TextSink {
 public:
  absl::Status OnText(std::string_view) override {
    came.set_value();
    return absl::OkStatus();
  }
  std::promise<void> came;
};

void CancelReachesTheServer(benchmark::State& state) {
  const bool streaming = state.range(0) == 1;
  ScriptedHttpServer server;
  server.Always([streaming](const RecordedRequest&) {
    if (!streaming) return ServerScript().Stall();
    return ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(kFirstText).Stall();
  });
  IoPool pool(1);
  CurlClient client(pool);
  VendorOptions options;
  options.name = "vendor";
  options.base_url = server.url();
  options.proxy = "";
  VendorChat provider(options, std::make_unique<OpenAiChat>(), client);
  ModelRequest request;
  request.model = "m";
  request.messages = {{Role::kUser, "q"}};
  size_t calls = 0;
  double most = 0;
  for (auto _ : state) {
    FirstTextSink sink;
    Running<absl::StatusOr<ModelAnswer>> call(pool, [&] { return provider.Generate(request, &sink); });
    ++calls;
    if (!server.WaitForRequests(calls)) return state.SkipWithError("the call did not arrive");
    if (streaming) sink.came.get_future().wait();
    const SteadyClock::time_point cancelled = SteadyClock::now();
    call.Cancel();
    if (!server.WaitForAborted(calls)) return state.SkipWithError("the cancellation did not arrive");
    const double seconds = std::chrono::duration<double>(SteadyClock::now() - cancelled).count();
    state.SetIterationTime(seconds);
    most = std::max(most, seconds);
    call.Wait().IgnoreError();
  }
  state.counters["most_us"] = most * 1e6;
}
BENCHMARK(CancelReachesTheServer)->Arg(0)->Arg(1)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace attune

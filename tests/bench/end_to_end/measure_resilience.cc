// What stands around a provider: all decorators at work, the cache, and many streams at once.
#include <functional>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "tests/bench/end_to_end/measure.h"
#include "tests/bench/end_to_end/open_streams.h"
#include "tests/bench/end_to_end/rounds.h"

namespace attune::bench {
namespace {

constexpr int kInFlight = 32;
constexpr size_t kCalls = 12'000;
constexpr size_t kOpenStreams = 10'000;
constexpr int kStreamsPerConnection = 64;
constexpr int kHoldUs = 60'000'000;  // between the two chunks of a stream that is held open: longer than it is needed

v1::AskRequest AtZero(v1::AskRequest request) {
  request.mutable_overrides()->set_temperature(0);
  return request;
}

double MibOf(const ChildProcess& server) { return static_cast<double>(server.ResidentBytes()) / (1 << 20); }

}  // namespace

Rows MeasureDecorators(const Bench& bench) {
  const std::string name = StrCat("Ask with every decorator at work, ", kInFlight, " in flight: ");
  bench.say(name);
  // In turn, so that both meet the same machine. Each question is new, so the cache is asked and filled in vain.
  Rounds plain(bench.servers, 1), full(bench.servers, 1);
  const size_t calls = bench.Calls(kCalls);
  size_t asked = 0;
  const auto ask = [&](Connections& connections, std::string_view model, const auto& change) {
    asked += calls;
    return RunAsks(connections, kInFlight, calls, [&](size_t call) {
      v1::AskRequest request = bench.workload.Ask(call, model);
      request.set_input(StrCat(asked + call, " ", request.input()));
      return change(std::move(request));
    });
  };
  for (int round = 0; round < bench.rounds; ++round) {
    ATTUNE_RETURN_IF_ERROR(
        plain.RunAttuned(1, [&](Connections& connections) { return ask(connections, "openai/d0", std::identity()); }));
    ATTUNE_RETURN_IF_ERROR(
        full.RunAttuned(1, [&](Connections& connections) { return ask(connections, "route/full", AtZero); }));
  }
  return std::vector<ReportRow>{
      {name + "server CPU of a call (for the relay: attuned without)",
       "us",
       plain.attuned().cpu_us,
       full.attuned().cpu_us,
       {},
       "1.15x"},
      {name + "p99 (for the relay: attuned without)", "us", plain.attuned().p99_us, full.attuned().p99_us, {}, ""}};
}

Rows MeasureCacheHits(const Bench& bench) {
  const std::string name = StrCat("Ask answered by the cache, ", kInFlight, " in flight: ");
  bench.say(name);
  Rounds rounds(bench.servers, 1);
  ATTUNE_RETURN_IF_ERROR(rounds.Run(bench.rounds, [&](Connections& connections) {
    return RunAsks(connections, kInFlight, bench.Calls(kCalls),
                   [&](size_t) { return AtZero(bench.workload.Ask(0, "full/d0")); });
  }));
  const Sample relay = rounds.relay(), attuned = rounds.attuned();
  return std::vector<ReportRow>{{name + "server CPU of a call", "us", relay.cpu_us, attuned.cpu_us, {}, ""},
                                {name + "p50", "us", relay.p50_us, attuned.p50_us, {}, ""},
                                {name + "p99", "us", relay.p99_us, attuned.p99_us, {}, ""}};
}

Rows MeasureOpenStreams(const Bench& bench) {
  const size_t count = bench.Calls(kOpenStreams);
  const std::string name = StrCat(count, " streams open at once: ");
  bench.say(name);
  const std::string model = StrCat("openai/c2-p", kHoldUs);
  const auto measure = [&](const ChildProcess& server, double& mib) {
    Connections connections(server.address(), static_cast<int>(count) / kStreamsPerConnection + 1);
    const double before = MibOf(server);
    return WithOpenStreams(
        connections, count, [&](size_t call) { return bench.workload.Ask(call, model); },
        [&] { mib = MibOf(server) - before; });
  };
  double relay_mib = 0, attuned_mib = 0;
  // First attuned, which closes its provider's sockets when its callers leave; the relay keeps them.
  ATTUNE_RETURN_IF_ERROR(measure(bench.servers.attuned(), attuned_mib));
  ATTUNE_RETURN_IF_ERROR(measure(bench.servers.relay(), relay_mib));
  bench.servers.AwaitInteractions();
  return std::vector<ReportRow>{{name + "resident memory that they take", "MiB", relay_mib, attuned_mib, {}, ""}};
}

}  // namespace attune::bench

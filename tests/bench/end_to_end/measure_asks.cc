// Ask and StreamAsk, against the bare relay in the same run.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/strings.h"
#include "tests/bench/end_to_end/measure.h"
#include "tests/bench/end_to_end/rounds.h"

namespace attune::bench {
namespace {

constexpr int kCallsPerConnection = 64;
constexpr int kChunks = 32;          // of one streamed answer
constexpr int kChunkPauseUs = 2000;  // when they come one by one

struct AskPoint {
  int in_flight;
  size_t calls;  // a round
};
constexpr AskPoint kAskPoints[] = {{1, 2000}, {32, 12'000}, {256, 12'000}};

struct StreamPoint {
  int in_flight;
  size_t calls;
  int pause_us;
  const char* what;
};
constexpr StreamPoint kStreamPoints[] = {{1, 300, 0, "chunks back to back"},
                                         {32, 2000, 0, "chunks back to back"},
                                         {32, 500, kChunkPauseUs, "a chunk each 2 ms"}};

int ConnectionsFor(int in_flight) { return (in_flight + kCallsPerConnection - 1) / kCallsPerConnection; }

ReportRow Added(const std::string& name, double relay_us, double attuned_us) {
  return {.name = name, .unit = "us", .reference = relay_us, .value = attuned_us, .ratio = {}, .bar = "+ 300 us"};
}

Rows MeasureAskPoint(const Bench& bench, const AskPoint& point) {
  const std::string name = StrCat("Ask, ", point.in_flight, " in flight: ");
  bench.say(name);
  Rounds rounds(bench.servers, ConnectionsFor(point.in_flight));
  const size_t calls = bench.Calls(point.calls);
  ATTUNE_RETURN_IF_ERROR(rounds.Run(bench.rounds, [&](Connections& connections) {
    return RunAsks(connections, point.in_flight, calls,
                   [&](size_t call) { return bench.workload.Ask(call, "openai/d0"); });
  }));
  const Sample relay = rounds.relay();
  const Sample attuned = rounds.attuned();
  ReportRow p99{name + "p99", "us", relay.p99_us, attuned.p99_us, {}, ""};
  if (point.in_flight == 1) p99 = Added(p99.name, relay.p99_us, attuned.p99_us);
  return std::vector<ReportRow>{
      {name + "server CPU of a call", "us", relay.cpu_us, attuned.cpu_us, {}, point.in_flight == 32 ? "1.5x" : ""},
      {name + "calls", "1/s", relay.per_second, attuned.per_second, {}, ""},
      {name + "p50", "us", relay.p50_us, attuned.p50_us, {}, ""},
      p99};
}

Rows MeasureStreamPoint(const Bench& bench, const StreamPoint& point) {
  const std::string name = StrCat("StreamAsk, ", point.in_flight, " in flight, ", point.what, ": ");
  bench.say(name);
  Rounds rounds(bench.servers, ConnectionsFor(point.in_flight));
  const std::string model = StrCat("openai/c", kChunks, "-p", point.pause_us);
  const size_t calls = bench.Calls(point.calls);
  ATTUNE_RETURN_IF_ERROR(rounds.Run(bench.rounds, [&](Connections& connections) {
    return RunStreams(connections, point.in_flight, calls,
                      [&](size_t call) { return bench.workload.Ask(call, model); });
  }));
  const Sample relay = rounds.relay();
  const Sample attuned = rounds.attuned();
  ReportRow p99{name + "first text, p99", "us", relay.p99_us, attuned.p99_us, {}, ""};
  if (point.in_flight == 1) p99 = Added(p99.name, relay.p99_us, attuned.p99_us);
  return std::vector<ReportRow>{
      {name + "server CPU of a provider's chunk", "us", relay.cpu_us / kChunks, attuned.cpu_us / kChunks, {}, ""},
      {name + "messages to the caller", "", relay.chunks, attuned.chunks, {}, ""},
      {name + "first text, p50", "us", relay.p50_us, attuned.p50_us, {}, ""},
      p99};
}

}  // namespace

size_t Bench::Calls(size_t usual) const {
  return static_cast<size_t>(std::max(1.0, std::round(static_cast<double>(usual) * scale)));
}

Rows MeasureAsks(const Bench& bench) {
  std::vector<ReportRow> rows;
  for (const AskPoint& point : kAskPoints) {
    ATTUNE_ASSIGN_OR_RETURN(const std::vector<ReportRow> more, MeasureAskPoint(bench, point));
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

Rows MeasureStreams(const Bench& bench) {
  std::vector<ReportRow> rows;
  for (const StreamPoint& point : kStreamPoints) {
    ATTUNE_ASSIGN_OR_RETURN(const std::vector<ReportRow> more, MeasureStreamPoint(bench, point));
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

}  // namespace attune::bench

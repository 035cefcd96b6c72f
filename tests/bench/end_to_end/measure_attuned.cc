// What has no counterpart in the bare relay: the builtin model, Evaluate, and updates under load.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/strings.h"
#include "tests/bench/end_to_end/measure.h"
#include "tests/bench/end_to_end/rounds.h"

namespace attune::bench {
namespace {

constexpr int kInFlight = 32;
constexpr size_t kNearestCalls = 12'000;

constexpr int kCases = 1000;
constexpr int kEvaluateConcurrency = 50;
constexpr int kProviderMs = 20;

constexpr size_t kUpdates = 10'000;
constexpr int kUpdatesInFlight = 8;
constexpr int kAsksInFlight = 4;
constexpr size_t kAsksOfBatch = 500;
constexpr size_t kQuietAsks = 10'000;

void Append(std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); }

// The stream to its end; the seconds that it took.
absl::StatusOr<double> Evaluate(const Bench& bench, int cases) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const auto stub = v1::Attune::NewStub(
      grpc::CreateCustomChannel(bench.servers.attuned().address(), grpc::InsecureChannelCredentials(), arguments));
  const auto began = std::chrono::steady_clock::now();
  grpc::ClientContext context;
  const auto stream =
      stub->Evaluate(&context, bench.workload.Evaluate(cases, kEvaluateConcurrency, StrCat("openai/d", kProviderMs)));
  v1::EvaluateResponse response;
  v1::EvaluationReport report;
  while (stream->Read(&response)) {
    if (response.has_report()) report = response.report();
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) return absl::InternalError(StrCat("Evaluate: ", status.error_message()));
  if (report.candidates_size() != 1 || report.candidates(0).failed() > 0) {
    return absl::InternalError("Evaluate: calls failed");
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// Asks for as long as `running`.
LoadResult AskWhile(const Bench& bench, Connections& connections, const std::atomic<bool>& running) {
  LoadResult all;
  while (running) {
    const LoadResult batch = RunAsks(connections, kAsksInFlight, kAsksOfBatch,
                                     [&](size_t call) { return bench.workload.Ask(call, "openai/d0"); });
    Append(all.latencies_us, batch.latencies_us);
    all.failed += batch.failed;
    all.seconds += batch.seconds;
  }
  return all;
}

}  // namespace

Rows MeasureNearest(const Bench& bench) {
  bench.say("Ask, builtin/nearest");
  Rounds rounds(bench.servers, 1);
  ATTUNE_RETURN_IF_ERROR(rounds.RunAttuned(bench.rounds, [&](Connections& connections) {
    return RunAsks(connections, kInFlight, bench.Calls(kNearestCalls),
                   [&](size_t call) { return bench.workload.Ask(call, "builtin/nearest"); });
  }));
  const Sample attuned = rounds.attuned();
  const std::string name = StrCat("Ask builtin/nearest, ", kInFlight, " in flight: ");
  return std::vector<ReportRow>{{name + "server CPU of a call", "us", {}, attuned.cpu_us, {}, ""},
                                {name + "calls", "1/s", {}, attuned.per_second, {}, ""},
                                {name + "p99", "us", {}, attuned.p99_us, {}, ""}};
}

Rows MeasureEvaluate(const Bench& bench) {
  bench.say("Evaluate");
  const auto cases = static_cast<int>(bench.Calls(kCases));
  std::vector<Sample> samples;
  for (int round = -1; round < bench.rounds; ++round) {
    const double cpu_before = bench.servers.attuned().CpuSeconds();
    ATTUNE_ASSIGN_OR_RETURN(const double seconds, Evaluate(bench, cases));
    bench.servers.AwaitInteractions();
    const double cpu = bench.servers.attuned().CpuSeconds() - cpu_before;
    if (round >= 0) samples.push_back({.cpu_us = cpu * 1e6, .p50_us = seconds * 1e6});
  }
  const Sample median = MedianOf(samples);
  const double ideal_ms = static_cast<double>(cases) * kProviderMs / kEvaluateConcurrency;
  const std::string name =
      StrCat("Evaluate, ", cases, " cases, ", kEvaluateConcurrency, " at once, provider ", kProviderMs, " ms: ");
  return std::vector<ReportRow>{
      {name + "wall (for the relay: the ideal)", "ms", ideal_ms, median.p50_us / 1000, {}, "1.15x"},
      {name + "server CPU of the run", "ms", {}, median.cpu_us / 1000, {}, "300 ms"}};
}

Rows MeasureUpdates(const Bench& bench) {
  bench.say("updates");
  Connections asks(bench.servers.attuned().address(), 1);
  Connections updates(bench.servers.attuned().address(), 1);
  const LoadResult quiet = RunAsks(asks, kAsksInFlight, bench.Calls(kQuietAsks),
                                   [&](size_t call) { return bench.workload.Ask(call, "openai/d0"); });
  std::atomic<bool> running{true};
  LoadResult written;
  std::thread writer([&] {
    written = RunUpdates(updates, kUpdatesInFlight, bench.Calls(kUpdates),
                         [&](size_t call) { return bench.workload.Update(call); });
    running = false;
  });
  const LoadResult during = AskWhile(bench, asks, running);
  writer.join();
  if (quiet.failed + during.failed + written.failed > 0) {
    return absl::InternalError(StrCat("calls failed during updates: ", written.first_error));
  }
  const double mib = static_cast<double>(bench.servers.attuned().ResidentBytes()) / (1 << 20);
  const std::string name = StrCat("during ", written.latencies_us.size(), " updates of one example: ");
  return std::vector<ReportRow>{
      {name + "Ask p50 (for the relay: the same, quiet)", "us", quiet.Quantile(0.5), during.Quantile(0.5), {}, ""},
      {name + "Ask p99 (for the relay: the same, quiet)", "us", quiet.Quantile(0.99), during.Quantile(0.99), {}, "2x"},
      {name + "updates", "1/s", {}, written.PerSecond(), {}, ""},
      {name + "update p99", "us", {}, written.Quantile(0.99), {}, ""},
      {name + "resident memory of attuned after it", "MiB", {}, mib, {}, ""}};
}

}  // namespace attune::bench

// A dataset of a million examples in an attuned of its own: import, memory, restart, and updates while Asks run.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "tests/bench/end_to_end/load.h"
#include "tests/bench/end_to_end/measure.h"
#include "tests/bench/end_to_end/zipf_text.h"

namespace attune::bench {
namespace {

constexpr size_t kExamples = 1'000'000;
constexpr int kWords = 12;
constexpr size_t kPieceBytes = 1 << 20;
constexpr size_t kQuietAsks = 4'000;
constexpr size_t kAsksOfBatch = 200;
constexpr int kAsksInFlight = 2;
constexpr size_t kUpdates = 1'000;

constexpr int kMostLooks = 20;
constexpr int64_t kRestingBytes = 1 << 20;  // less is no change

double SecondsSince(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

std::shared_ptr<grpc::Channel> ChannelTo(const ChildProcess& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), arguments);
}

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// Lines of made-up examples, in pieces, as a client streams a file. Returns the bytes of their texts.
absl::StatusOr<size_t> Import(const ChildProcess& server, size_t examples) {
  const auto catalog = v1::Catalog::NewStub(ChannelTo(server));
  grpc::ClientContext context;
  v1::ImportDatasetResponse response;
  const auto writer = catalog->ImportDataset(&context, &response);
  v1::ImportDatasetRequest request;
  request.mutable_options()->set_dataset(std::string(kDatasetName));
  writer->Write(request);
  ZipfText text(3);
  size_t bytes = 0;
  for (size_t i = 0; i < examples; ++i) {
    const std::string input = text.Sentence(kWords);
    const std::string output = StrCat("answer ", i);
    bytes += input.size() + output.size();
    StrAppend(request.mutable_data(), R"({"prompt":")", input, R"(","completion":")", output, "\"}\n");
    if (request.data().size() < kPieceBytes && i + 1 < examples) continue;
    if (!writer->Write(request)) break;
    request.Clear();
  }
  writer->WritesDone();
  ATTUNE_RETURN_IF_ERROR(FromGrpc(writer->Finish()));
  return bytes;
}

absl::Status PutPrompt(const ChildProcess& server, const Workload& workload) {
  grpc::ClientContext context;
  v1::PutPromptResponse response;
  return FromGrpc(v1::Catalog::NewStub(ChannelTo(server))->PutPrompt(&context, workload.Prompt(), &response));
}

LoadResult AskSome(const Bench& bench, const ChildProcess& server, size_t calls) {
  Connections connections(server.address(), 1);
  return RunAsks(connections, kAsksInFlight, calls, [&](size_t call) { return bench.workload.Ask(call, "openai/d0"); });
}

// While it answers, once indexes are merged and what that took was given back.
int64_t BytesAtRest(const Bench& bench, const ChildProcess& server) {
  int64_t before = 0, now = server.ResidentBytes();
  int looks = 0;
  for (int resting = 0; resting < 2 && looks < kMostLooks; ++looks) {
    AskSome(bench, server, bench.Calls(kQuietAsks));
    before = std::exchange(now, server.ResidentBytes());
    resting = std::abs(now - before) <= kRestingBytes ? resting + 1 : 0;
  }
  if (looks == kMostLooks) bench.say("memory that did not come to rest");
  return now;
}

absl::StatusOr<std::vector<ReportRow>> UpdateWhileAsking(const Bench& bench, const ChildProcess& server,
                                                         const std::string& name) {
  const LoadResult quiet = AskSome(bench, server, bench.Calls(kQuietAsks));
  const auto written_before = server.WrittenBytes();
  const int64_t resident_before = server.ResidentBytes();
  std::atomic<bool> running{true};
  LoadResult updates;
  std::thread writer([&] {
    Connections connections(server.address(), 1);
    updates =
        RunUpdates(connections, 1, bench.Calls(kUpdates), [&](size_t call) { return bench.workload.Update(call); });
    running = false;
  });
  LoadResult during;
  while (running) {
    const LoadResult some = AskSome(bench, server, kAsksOfBatch);
    during.latencies_us.insert(during.latencies_us.end(), some.latencies_us.begin(), some.latencies_us.end());
    during.failed += some.failed;
  }
  writer.join();
  if (quiet.failed + during.failed + updates.failed > 0) return absl::InternalError("calls failed during updates");
  const auto count = static_cast<double>(updates.latencies_us.size());
  const double written = static_cast<double>(server.WrittenBytes() - written_before) / count;
  const double resident = static_cast<double>(server.ResidentBytes() - resident_before) / count;
  return std::vector<ReportRow>{
      {name + "Ask p50 during updates (for the relay: the same, quiet)",
       "us",
       quiet.Quantile(0.5),
       during.Quantile(0.5),
       {},
       ""},
      {name + "Ask p99 during updates (for the relay: the same, quiet)",
       "us",
       quiet.Quantile(0.99),
       during.Quantile(0.99),
       {},
       "2x"},
      {name + "update of one example p50", "us", {}, updates.Quantile(0.5), {}, ""},
      {name + "update of one example p99", "us", {}, updates.Quantile(0.99), {}, ""},
      {name + "written to the disk for an update and the Asks beside it", "bytes", {}, written, {}, ""},
      {name + "resident memory that a version adds", "bytes", {}, resident, {}, ""}};
}

}  // namespace

Rows MeasureMillion(const Bench& bench) {
  const size_t examples = bench.Calls(kExamples);
  bench.say(StrCat(examples, " examples"));
  const TemporaryDirectory directory;
  const std::string data = directory.File("million.db");
  ATTUNE_ASSIGN_OR_RETURN(std::unique_ptr<ChildProcess> server, bench.servers.StartAnother(data));
  const int64_t empty = server->ResidentBytes();
  auto began = std::chrono::steady_clock::now();
  ATTUNE_ASSIGN_OR_RETURN(const size_t text, Import(*server, examples));
  const double import_seconds = SecondsSince(began);
  ATTUNE_RETURN_IF_ERROR(PutPrompt(*server, bench.workload));
  const auto over_text = [&] {
    return static_cast<double>(BytesAtRest(bench, *server) - empty - static_cast<int64_t>(text)) /
           static_cast<double>(examples);
  };
  const double over_after_import = over_text();
  server.reset();
  began = std::chrono::steady_clock::now();
  ATTUNE_ASSIGN_OR_RETURN(server, bench.servers.StartAnother(data));
  const double restart_seconds = SecondsSince(began);
  const std::string name = StrCat(examples, " examples: ");
  std::vector<ReportRow> rows = {
      {name + "import of a stream of JSON lines", "s", {}, import_seconds, {}, ""},
      {name + "restart", "s", {}, restart_seconds, {}, "5 s"},
      {name + "memory over the text, an example, after the import", "bytes", {}, over_after_import, {}, ""},
      {name + "memory over the text, an example, after the restart", "bytes", {}, over_text(), {}, "150"}};
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<ReportRow> more, UpdateWhileAsking(bench, *server, name));
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace attune::bench

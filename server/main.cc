// Composition root: options, objects on the stack in the order in which they need each other, serve, drain.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "ask/asker.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/io_pool.h"
#include "base/jitter.h"
#include "base/log.h"
#include "base/sleep.h"
#include "base/strings.h"
#include "base/worker_pool.h"
#include "evaluate/runner.h"
#include "http/curl_client.h"
#include "idle_memory.h"
#include "improve/feedback.h"
#include "improve/interactions.h"
#include "live_config.h"
#include "manage/backfill.h"
#include "manage/catalog_editor.h"
#include "manage/catalog_writer.h"
#include "metrics_endpoint.h"
#include "options.h"
#include "process.h"
#include "provider/registry.h"
#include "providers.h"
#include "store/interaction_queue.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tracing.h"
#include "transport/server.h"

namespace attune {
namespace {

constexpr size_t kWorkerThreads = 4;

absl::StatusOr<std::unique_ptr<Store>> OpenStore(const Options& options) {
  if (options.memory) return NewMemoryStore();
  SqliteOptions sqlite;
  sqlite.path = options.data;
  sqlite.full_integrity_check = options.full_integrity_check;
  return OpenSqliteStore(sqlite);
}

// Three lines: what it did, and what to try next.
void Greet(const Options& options, const Store& store, const Catalog& catalog, const ProviderRegistry& providers,
           int port, const MetricsEndpoint* metrics) {
  const auto host = [](const std::string& address) { return address.substr(0, address.rfind(':')); };
  std::cout << "attuned " << ATTUNE_VERSION << " serves on " << host(options.listen) << ":" << port << "; data in "
            << store.Describe() << " at revision " << catalog.revision << "\n"
            << "providers: " << absl::StrJoin(providers.Names(), ", ") << "; default model " << options.default_model;
  if (metrics != nullptr) {
    std::cout << "; metrics on http://" << host(options.metrics) << ":" << metrics->port() << "/metrics";
  }
  std::cout << "\n"
            << "try: attune dataset import faq.json && attune ask \"...\"   (attune --help has more)" << std::endl;
}

AskOptions AskOptionsOf(const Options& options, Tracer* tracer) {
  AskOptions ask;
  ask.default_model = options.default_model;
  ask.default_deadline = options.default_deadline;
  ask.max_in_flight = options.max_in_flight;
  ask.id_salt = static_cast<uint16_t>(getpid());
  ask.tracer = tracer;
  return ask;
}

// Every Ask may have a call in flight, and a second one when it is hedged.
CurlLimits HttpLimitsOf(const Options& options) {
  CurlLimits limits;
  limits.max_exchanges = std::max(limits.max_exchanges, static_cast<size_t>(2 * options.max_in_flight));
  return limits;
}

// Until one says to stop.
void HeedSignals(LiveConfig& config, absl::Duration grace) {
  IdleMemory idle = IdleMemoryOfAllocator();
  while (WaitForSignal([&idle] { idle.Look(); }) == ServerSignal::kReload) config.Reload();
  std::cout << "stopping: running calls get " << absl::FormatDuration(grace) << std::endl;
}

// Until what it returns is destroyed, which is before the server is.
auto TellHealth(Backfill& backfill, Server& server) {
  backfill.Watch([&server](bool warming) { server.SetVectorsServing(!warming); });
  return absl::MakeCleanup([&backfill] { backfill.Shutdown(); });
}

absl::Status Serve(const Options& options) {
  const SystemClock clock;
  ATTUNE_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, OpenStore(options));
  RevisionGate gate(clock);
  SnapshotCell<Catalog> catalog(EmptyCatalog());
  const TimerSleeper sleeper;
  Jitter jitter(static_cast<uint64_t>(absl::ToUnixNanos(clock.Now())));
  IoPool io(options.io_threads);
  CurlClient http(io, HttpLimitsOf(options));
  EmbedStats embeds;
  SnapshotCell<ProviderRegistry> providers(NoProviders());
  WorkerPool workers(kWorkerThreads);
  SnapshotCell<VectorShelf> vectors(std::make_shared<const VectorShelf>());
  Backfill backfill({*store, clock, sleeper, workers, io.Next(), catalog, providers, vectors});
  ATTUNE_ASSIGN_OR_RETURN(const std::unique_ptr<CatalogWriter> writer,
                          CatalogWriter::Open(*store, clock, catalog, [&](int64_t revision) {
                            gate.Reached(revision);
                            backfill.Wake();
                          }));
  ReleaseFreeMemory();
  CatalogEditor editor(*writer, providers);
  InteractionQueue interactions(*store);
  Recorder recorder(interactions);
  CallerLimits limits(clock);
  LiveConfig config(options, {http, clock, sleeper, jitter, &embeds}, providers, limits);
  ATTUNE_RETURN_IF_ERROR(config.Load());
  backfill.Start();
  Tracing tracing(options, http, io, clock);
  const std::unique_ptr<Log> log = options.log == "off" ? nullptr : std::make_unique<Log>(STDERR_FILENO, clock);
  const std::unique_ptr<AskStats> stats = options.metrics.empty() ? nullptr : std::make_unique<AskStats>();
  Asker asker(AskOptionsOf(options, tracing.tracer()), clock, catalog, providers, vectors, limits, gate, recorder,
              {stats.get(), log.get()});
  EvaluationRunner runner(asker, *store, workers, clock);
  ATTUNE_RETURN_IF_ERROR(runner.RecoverInterrupted());
  FeedbackBook feedback(*store, interactions, clock);
  InteractionReader reader(*store, interactions);
  ATTUNE_ASSIGN_OR_RETURN(const std::unique_ptr<Server> server,
                          Server::Start(options.listen, {.io = io,
                                                         .workers = workers,
                                                         .asker = asker,
                                                         .editor = editor,
                                                         .runner = runner,
                                                         .feedback = feedback,
                                                         .interactions = reader,
                                                         .interaction_queue = interactions,
                                                         .store = *store,
                                                         .clock = clock}));
  const auto watched = TellHealth(backfill, *server);
  std::unique_ptr<MetricsEndpoint> metrics;
  if (stats != nullptr) {
    ATTUNE_ASSIGN_OR_RETURN(
        metrics, MetricsEndpoint::Start(options.metrics, {.stats = *stats,
                                                          .asker = asker,
                                                          .interactions = interactions,
                                                          .log = log.get(),
                                                          .embeds = embeds,
                                                          .backfill = backfill.counters(),
                                                          .providers = [&providers] { return providers.Get(); }}));
  }
  Greet(options, *store, *catalog.Get(), *providers.Get(), server->port(), metrics.get());
  HeedSignals(config, options.grace);
  runner.Shutdown();  // first: evaluations are stored as interrupted, and can be resumed
  server->Shutdown(options.grace);
  backfill.Shutdown();
  tracing.Shutdown();
  http.Shutdown();
  io.Drain();
  return absl::OkStatus();
}

absl::Status Run(const Options& options) {
  ATTUNE_RETURN_IF_ERROR(CheckOptions(options));
  return options.check_config ? CheckConfig(options) : Serve(options);
}

}  // namespace
}  // namespace attune

int main(int argc, char** argv) {
  const attune::ParsedOptions parsed = attune::ParseOptions(argc, argv);
  if (parsed.exit_code.has_value()) return *parsed.exit_code;
  attune::BlockSignals();
  attune::RaiseFileLimit();
  // On in Debian's build, and worth up to a fifth of gRPC's CPU.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const absl::Status status = attune::Run(parsed.options);
  if (status.ok()) return 0;
  std::cerr << "attuned: " << status.message() << std::endl;
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

// The whole server in process, over a memory store and a provider that the test controls ("fake/any", the default
// model), behind a real port. Time is the system's: deadlines on the wire are.
#ifndef ATTUNE_TESTS_TRANSPORT_SERVED_HOUSE_H_
#define ATTUNE_TESTS_TRANSPORT_SERVED_HOUSE_H_

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "attune/v1/attune.grpc.pb.h"
#include "attune/v1/catalog.grpc.pb.h"
#include "attune/v1/errors.pb.h"
#include "attune/v1/evaluations.grpc.pb.h"
#include "attune/v1/insights.grpc.pb.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/builtin_nearest.h"
#include "provider/hash_embedding.h"
#include "store/memory_store.h"
#include "tests/fakes/fake_provider.h"
#include "tests/fakes/faulty_store.h"
#include "transport/server.h"

namespace attune {

class ServedHouse {
 public:
  explicit ServedHouse(std::unique_ptr<FakeProvider> fake = std::make_unique<FakeProvider>(), AskOptions options = {})
      : provider(*fake),
        providers(std::make_shared<const ProviderRegistry>(
            std::move(ProviderRegistry::Builder()
                          .Add("fake", std::move(fake))
                          .Add("builtin", std::make_unique<BuiltinNearest>(), {}, std::make_unique<HashEmbedder>()))
                .Build())),
        asker(WithModel(std::move(options)), clock, catalog_cell, providers, vectors, limits, gate, recorder) {
    auto started = Server::Start("127.0.0.1:0", {.io = io,
                                                 .workers = workers,
                                                 .asker = asker,
                                                 .editor = editor,
                                                 .runner = runner,
                                                 .feedback = feedback,
                                                 .interactions = reader,
                                                 .interaction_queue = queue,
                                                 .store = store,
                                                 .clock = clock});
    EXPECT_TRUE(started.ok()) << started.status();
    server = *std::move(started);
    channel = NewChannel();
    attune = v1::Attune::NewStub(channel);
    catalog = v1::Catalog::NewStub(channel);
    evaluations = v1::Evaluations::NewStub(channel);
    insights = v1::Insights::NewStub(channel);
  }

  ~ServedHouse() {
    provider.Release();
    server->Shutdown(absl::ZeroDuration());
    runner.Shutdown();
    io.Drain();
  }

  std::string address() const { return StrCat("127.0.0.1:", server->port()); }
  std::shared_ptr<grpc::Channel> NewChannel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    return grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), arguments);
  }

  grpc::Status Ask(const std::string& input, v1::AskResponse* response) {
    v1::AskRequest request;
    request.set_input(input);
    grpc::ClientContext context;
    return attune->Ask(&context, request, response);
  }

  // Adds an example to the dataset `default`.
  void Teach(const std::string& id, const std::string& input, const std::string& output) {
    v1::UpdateDatasetRequest request;
    v1::Example* example = request.add_mutations()->mutable_upsert();
    example->set_id(id);
    example->set_input(input);
    example->set_output(output);
    grpc::ClientContext context;
    v1::UpdateDatasetResponse response;
    const grpc::Status status = attune->UpdateDataset(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  SystemClock clock;
  std::unique_ptr<Store> memory = NewMemoryStore();
  FaultyStore store{*memory};
  RevisionGate gate{clock};
  SnapshotCell<Catalog> catalog_cell{EmptyCatalog()};
  std::unique_ptr<CatalogWriter> writer =
      *CatalogWriter::Open(store, clock, catalog_cell, [this](int64_t revision) { gate.Reached(revision); });
  CatalogEditor editor{*writer, providers};
  InteractionQueue queue{store};
  Recorder recorder{queue};
  IoPool io{2};
  FakeProvider& provider;
  SnapshotCell<ProviderRegistry> providers;
  SnapshotCell<VectorShelf> vectors{std::make_shared<const VectorShelf>()};
  CallerLimits limits{clock};
  Asker asker;
  WorkerPool workers{2};
  EvaluationRunner runner{asker, store, workers, clock};
  FeedbackBook feedback{store, queue, clock};
  InteractionReader reader{store, queue};
  std::unique_ptr<Server> server;

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::Attune::Stub> attune;
  std::unique_ptr<v1::Catalog::Stub> catalog;
  std::unique_ptr<v1::Evaluations::Stub> evaluations;
  std::unique_ptr<v1::Insights::Stub> insights;

 private:
  static AskOptions WithModel(AskOptions options) {
    options.default_model = "fake/any";
    return options;
  }
};

inline void SetTimeout(grpc::ClientContext& context, std::chrono::milliseconds timeout) {
  context.set_deadline(std::chrono::system_clock::now() + timeout);
}

// The first detail of that kind, as "ErrorInfo"; empty if the status has none.
template <typename Detail>
Detail DetailOf(const grpc::Status& status, const std::string& kind) {
  v1::Status details;
  Detail detail;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& any : details.details()) {
    if (any.type_url() != "type.googleapis.com/google.rpc." + kind) continue;
    EXPECT_TRUE(detail.ParseFromString(any.value()));
    break;
  }
  return detail;
}

inline std::string ReasonOf(const grpc::Status& status) {
  return DetailOf<v1::ErrorInfo>(status, "ErrorInfo").reason();
}

}  // namespace attune

#endif  // ATTUNE_TESTS_TRANSPORT_SERVED_HOUSE_H_

// The Ask use case over a memory store and a provider that the test controls ("fake/any").
#ifndef ATTUNE_TESTS_ASK_ASK_SERVER_H_
#define ATTUNE_TESTS_ASK_ASK_SERVER_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ask/asker.h"
#include "attune/v1/insights.pb.h"
#include "base/error.h"
#include "base/io_pool.h"
#include "base/strings.h"
#include "manage/catalog_editor.h"
#include "provider/builtin_nearest.h"
#include "store/memory_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/fakes/fake_provider.h"
#include "tests/fakes/run_coroutine.h"

namespace attune {

// Keeps what a stream brought.
class StreamLog final : public AskSink {
 public:
  absl::Status OnStart(const AskResult& start) override {
    starts.push_back(start);
    return absl::OkStatus();
  }
  absl::Status OnText(std::string_view delta) override {
    deltas.emplace_back(delta);
    return absl::OkStatus();
  }
  std::string text() const {
    std::string all;
    for (const std::string& delta : deltas) all += delta;
    return all;
  }

  std::vector<AskResult> starts;
  std::vector<std::string> deltas;
};

class AskServer {
 public:
  explicit AskServer(AskOptions options = {}, std::unique_ptr<FakeProvider> fake = std::make_unique<FakeProvider>(),
                     AskWatch watch = {}, std::unique_ptr<FakeEmbedder> vectors_of = std::make_unique<FakeEmbedder>())
      : provider(*fake),
        embedder(*vectors_of),
        providers(std::make_shared<const ProviderRegistry>(
            std::move(ProviderRegistry::Builder()
                          .Add("fake", std::move(fake), {}, std::move(vectors_of))
                          .Add("builtin", std::make_unique<BuiltinNearest>()))
                .Build())),
        asker(WithModel(std::move(options)), clock, catalog, providers, vectors, limits, gate, recorder, watch) {}

  absl::StatusOr<AskResult> Ask(AskRequest request, AskSink* sink = nullptr, AskVariant variant = {}) {
    return Start(std::move(request), sink, absl::InfiniteFuture(), variant)->Wait();
  }
  std::unique_ptr<Running<absl::StatusOr<AskResult>>> Start(AskRequest request, AskSink* sink = nullptr,
                                                            absl::Time deadline = absl::InfiniteFuture(),
                                                            AskVariant variant = {}) {
    auto shared = std::make_shared<AskRequest>(std::move(request));
    return std::make_unique<Running<absl::StatusOr<AskResult>>>(
        io, [this, shared, sink, deadline, variant] { return AskWith(shared, sink, deadline, variant); });
  }

  absl::StatusOr<PreparedAsk> Render(const AskRequest& request) {
    return RunCoroutine(io, asker.Render(request, absl::InfiniteFuture()));
  }

  // Adds an example to the dataset `default`; the revision.
  int64_t Teach(const std::string& id, const std::string& input, const std::string& output) {
    v1::UpdateDatasetRequest request;
    v1::Example* example = request.add_mutations()->mutable_upsert();
    example->set_id(id);
    example->set_input(input);
    example->set_output(output);
    return Write<v1::UpdateDatasetResponse>([&](auto reply) { editor.UpdateDataset(request, std::move(reply)); });
  }
  int64_t Update(const v1::UpdateDatasetRequest& request) {
    return Write<v1::UpdateDatasetResponse>([&](auto reply) { editor.UpdateDataset(request, std::move(reply)); });
  }
  // A prompt of that name that sends the question alone, and wants an answer of that shape.
  void PutTyped(const std::string& name, const std::string& schema) {
    v1::PutPromptRequest put;
    put.mutable_prompt()->set_name(name);
    put.mutable_prompt()->set_response_schema(schema);
    v1::Message* message = put.mutable_prompt()->add_messages();
    message->set_role("user");
    message->set_content("{{input}}");
    Put(put);
  }
  int64_t Put(const v1::PutPromptRequest& request) {
    return Write<v1::PutPromptResponse>([&](auto reply) { editor.PutPrompt(request, std::move(reply)); });
  }
  int64_t Point(const v1::SetAliasRequest& request) {
    return Write<v1::SetAliasResponse>([&](auto reply) { editor.SetAlias(request, std::move(reply)); });
  }

  // What the interaction log has, newest first.
  std::vector<v1::Interaction> Recorded() {
    EXPECT_TRUE(queue.Flush(absl::Seconds(20)).ok());
    std::vector<v1::Interaction> interactions;
    const auto records = store->ListInteractions({});
    for (const InteractionRecord& record : *records) {
      EXPECT_TRUE(interactions.emplace_back().ParseFromString(record.payload));
      EXPECT_EQ(record.status_code, interactions.back().status_code());
      EXPECT_EQ(record.id, interactions.back().id());
    }
    return interactions;
  }

  FakeClock clock;
  std::unique_ptr<Store> store = NewMemoryStore();
  RevisionGate gate{clock};
  SnapshotCell<Catalog> catalog{EmptyCatalog()};
  std::unique_ptr<CatalogWriter> writer =
      *CatalogWriter::Open(*store, clock, catalog, [this](int64_t revision) { gate.Reached(revision); });
  CatalogEditor editor{*writer, providers};
  InteractionQueue queue{*store};
  Recorder recorder{queue};
  IoPool io{1};
  FakeProvider& provider;
  FakeEmbedder& embedder;  // "fake/any" as well
  SnapshotCell<ProviderRegistry> providers;
  SnapshotCell<VectorShelf> vectors{std::make_shared<const VectorShelf>()};
  CallerLimits limits{clock};
  Asker asker;

 private:
  static AskOptions WithModel(AskOptions options) {
    if (options.default_model == "builtin/nearest") options.default_model = "fake/any";
    return options;
  }

  asio::awaitable<absl::StatusOr<AskResult>> AskWith(std::shared_ptr<AskRequest> request, AskSink* sink,
                                                     absl::Time deadline, AskVariant variant) {
    co_return co_await asker.Ask(*request, deadline, sink, variant);
  }

  template <typename Response, typename Submit>
  int64_t Write(Submit submit) {
    std::promise<absl::StatusOr<Response>> promise;
    submit([&](absl::StatusOr<Response> answer) { promise.set_value(std::move(answer)); });
    const absl::StatusOr<Response> answer = promise.get_future().get();
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->revision() : 0;
  }
};

inline AskRequest Question(const std::string& input) {
  AskRequest request;
  request.input = input;
  return request;
}

// The messages as one text, byte for byte.
inline std::string Bytes(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& message : messages) StrAppend(&text, RoleName(message.role), ": ", message.content, "\n");
  return text;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_ASK_ASK_SERVER_H_

// Everything that an evaluation needs, in process: a catalog that tests write directly, a fake provider behind the real
// Asker, a memory store.
#ifndef ATTUNE_TESTS_EVALUATE_EVALUATE_HOUSE_H_
#define ATTUNE_TESTS_EVALUATE_EVALUATE_HOUSE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ask/asker.h"
#include "base/error.h"
#include "base/strings.h"
#include "evaluate/runner.h"
#include "provider/builtin_nearest.h"
#include "store/memory_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_provider.h"
#include "tests/fakes/run_coroutine.h"

namespace attune {

// Keeps the events; may refuse them, or say that they pile up.
class KeepingSink final : public EvaluationSink {
 public:
  absl::Status OnEvent(v1::EvaluateResponse event) override {
    MutexLock lock(mutex_);
    if (!refusal_.ok()) return refusal_;
    events_.push_back(std::move(event));
    return absl::OkStatus();
  }
  size_t UnsentBytes() override {
    MutexLock lock(mutex_);
    ++looks_;
    looked_.NotifyAll();
    return unsent_;
  }

  void Refuse(absl::Status refusal) {
    MutexLock lock(mutex_);
    refusal_ = std::move(refusal);
  }
  // Waits until the run has looked again a few times: it would have gone on by then if it wanted to.
  void SetUnsent(size_t bytes, int looks = 0) {
    MutexLock lock(mutex_);
    unsent_ = bytes;
    const int until = looks_ + looks;
    while (looks_ < until) looked_.Wait(lock);
  }

  std::vector<v1::EvaluateResponse> events() const {
    MutexLock lock(mutex_);
    return events_;
  }
  std::vector<v1::CaseResult> results() const {
    std::vector<v1::CaseResult> results;
    for (const v1::EvaluateResponse& event : events()) {
      if (event.has_result()) results.push_back(event.result());
    }
    return results;
  }
  v1::EvaluationReport report() const {
    const auto all = events();
    return all.empty() ? v1::EvaluationReport() : all.back().report();
  }

 private:
  mutable Mutex mutex_;
  CondVar looked_;
  std::vector<v1::EvaluateResponse> events_ ABSL_GUARDED_BY(mutex_);
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);
  size_t unsent_ ABSL_GUARDED_BY(mutex_) = 0;
  int looks_ ABSL_GUARDED_BY(mutex_) = 0;
};

class EvaluateHouse {
 public:
  using Answer = FakeProvider::Answer;

  explicit EvaluateHouse(Answer answer = EchoInput) : EvaluateHouse(NewMemoryStore(), std::move(answer)) {}
  explicit EvaluateHouse(std::unique_ptr<Store> kept, Answer answer = EchoInput)
      : store(std::move(kept)), providers(MakeProviders(std::move(answer))) {
    AddEmptyDataset("default");
    PutPrompt("default", {.messages = {{Role::kUser, "{{input}}"}}, .few_shot = {.dataset = "default"}});
  }

  // The last user message, as the answer.
  static absl::StatusOr<ModelAnswer> EchoInput(const ModelRequest& request) {
    ModelAnswer answer;
    answer.text = request.messages.back().content;
    answer.finish_reason = FinishReason::kStop;
    answer.usage.reported = true;
    answer.usage.input_tokens = 2;
    answer.usage.output_tokens = 1;
    return answer;
  }

  void PutPrompt(const std::string& name, PromptContent content) {
    auto next = std::make_shared<Catalog>(*catalog.Get());
    ++next->revision;
    auto compiled = CompiledPrompt::Compile(std::move(content));
    ASSERT_TRUE(compiled.ok()) << compiled.status();
    auto& slot = next->prompts[name];
    auto history = slot == nullptr ? std::make_shared<PromptHistory>() : std::make_shared<PromptHistory>(*slot);
    auto version = std::make_shared<PromptVersion>();
    version->version = static_cast<int64_t>(history->versions.size()) + 1;
    version->revision = next->revision;
    version->prompt = *compiled;
    history->versions.push_back(std::move(version));
    slot = std::move(history);
    catalog.Set(std::move(next));
  }

  // What a server with an empty store has; part of revision 0.
  void AddEmptyDataset(const std::string& name) {
    auto next = std::make_shared<Catalog>(*catalog.Get());
    auto history = std::make_shared<DatasetHistory>();
    history->dataset = Dataset::Empty(name);
    next->datasets[name] = std::move(history);
    catalog.Set(std::move(next));
  }

  void SetAlias(const std::string& prompt, const std::string& alias, AliasState state) {
    auto next = std::make_shared<Catalog>(*catalog.Get());
    state.revision = ++next->revision;
    auto history = std::make_shared<PromptHistory>(*next->prompts[prompt]);
    history->aliases[alias].push_back(std::move(state));
    next->prompts[prompt] = std::move(history);
    catalog.Set(std::move(next));
  }

  // `keep`: versions that are kept from this one on; 0: as before.
  void PutExamples(const std::string& name, const std::vector<Example>& examples, int32_t keep = 0) {
    auto next = std::make_shared<Catalog>(*catalog.Get());
    ++next->revision;
    auto& slot = next->datasets[name];
    const DatasetPtr base = slot == nullptr ? Dataset::Empty(name) : slot->dataset;
    DatasetDelta delta;
    for (const Example& example : examples) delta.upserts.push_back(std::make_shared<const Example>(example));
    DatasetVersion version;
    version.version = base->latest() + 1;
    version.revision = next->revision;
    if (keep != 0) version.settings = std::make_shared<const DatasetSettings>(DatasetSettings{.keep_versions = keep});
    auto applied = Dataset::Apply(base, delta, version);
    ASSERT_TRUE(applied.ok()) << applied.status();
    auto history = std::make_shared<DatasetHistory>();
    history->dataset = *applied;
    slot = std::move(history);
    catalog.Set(std::move(next));
  }

  // `count` inline cases "q1" ... of which the echo provider answers every one right.
  static v1::EvaluateRequest EchoCases(int count) {
    v1::EvaluateRequest request;
    for (int i = 1; i <= count; ++i) {
      v1::Case& item = *request.add_cases();
      item.set_input(StrCat("q", i));
      item.set_output(StrCat("q", i));
    }
    return request;
  }

  // Starts a run. One at a time may use `sink`.
  Running<absl::Status> Start(v1::EvaluateRequest request, KeepingSink& sink,
                              absl::Time deadline = absl::InfiniteFuture()) {
    return Running<absl::Status>(
        io, [this, request = std::move(request), &sink, deadline] { return runner.Run(request, deadline, sink); });
  }
  absl::Status Run(v1::EvaluateRequest request, KeepingSink& sink) { return Start(std::move(request), sink).Wait(); }

  // What a refused request says.
  absl::Status Refusal(const v1::EvaluateRequest& request) {
    KeepingSink sink;
    const absl::Status status = Run(request, sink);
    EXPECT_TRUE(sink.events().empty());
    EXPECT_EQ(provider->calls(), 0U);
    return status;
  }

  std::vector<v1::CaseResult> StoredResults(const std::string& id) { return *runner.Results(id, 0, 10'000); }

  FakeClock clock;
  std::unique_ptr<Store> store;
  FakeProvider* provider = nullptr;  // "fake"
  SnapshotCell<Catalog> catalog{std::make_shared<const Catalog>()};
  SnapshotCell<ProviderRegistry> providers;
  SnapshotCell<VectorShelf> vectors{std::make_shared<const VectorShelf>()};
  CallerLimits limits{clock};
  RevisionGate gate{clock};
  InteractionQueue queue{*store};
  Recorder recorder{queue};
  IoPool io{1};
  WorkerPool workers{2};
  Asker asker{{.default_model = "fake/echo"}, clock, catalog, providers, vectors, limits, gate, recorder};
  EvaluationRunner runner{asker, *store, workers, clock};

 private:
  std::shared_ptr<const ProviderRegistry> MakeProviders(Answer answer) {
    auto fake = std::make_unique<FakeProvider>(std::move(answer));
    provider = fake.get();
    ProviderRegistry::Builder builder;
    builder.Add("fake", std::move(fake)).Add("builtin", std::make_unique<BuiltinNearest>());
    return std::make_shared<const ProviderRegistry>(std::move(builder).Build());
  }
};

}  // namespace attune

#endif  // ATTUNE_TESTS_EVALUATE_EVALUATE_HOUSE_H_

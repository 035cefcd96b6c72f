// What tests of the background embedding share: datasets whose vectors "fake/m" makes as the test says.
#ifndef ATTUNE_TESTS_MANAGE_BACKFILL_HOUSE_H_
#define ATTUNE_TESTS_MANAGE_BACKFILL_HOUSE_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/io_pool.h"
#include "manage/backfill.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/fakes/held_sleeper.h"
#include "tests/fakes/until.h"
#include "tests/manage/shelf.h"

namespace attune {

using EmbeddingsOr = absl::StatusOr<Embeddings>;

// A shelf whose datasets are embedded by "fake/m", which answers as the test says.
class BackfillTest : public testing::Test {
 protected:
  BackfillTest() {
    auto fake = std::make_unique<FakeEmbedder>([this](const EmbedRequest& request) { return Answer(request); });
    embedder_ = fake.get();
    shelf_.providers.Set(std::make_shared<const ProviderRegistry>(
        std::move(ProviderRegistry::Builder().Add("fake", std::make_unique<FakeProvider>(), {}, std::move(fake)))
            .Build()));
  }
  ~BackfillTest() override {
    if (backfill_ != nullptr) backfill_->Shutdown();
  }

  void Start(const Sleeper& sleeper) {
    backfill_ = std::make_unique<Backfill>(BackfillParts{.store = shelf_.store,
                                                         .clock = shelf_.clock,
                                                         .sleeper = sleeper,
                                                         .workers = workers_,
                                                         .io = io_.at(0),
                                                         .catalog = shelf_.cell,
                                                         .providers = shelf_.providers,
                                                         .shelf = vectors_});
    backfill_->Start();
  }
  void Start() { Start(sleeper_); }
  // As after a restart: nothing is in memory.
  void Restart() {
    backfill_.reset();
    vectors_.Set(std::make_shared<const VectorShelf>());
    Start();
  }

  void Teach(const std::string& id, const std::string& input, const std::string& dataset = "faq") {
    ASSERT_TRUE(shelf_.Update(UpsertRequest(dataset, id, input)).ok());
    if (backfill_ != nullptr) backfill_->Wake();
  }
  void Choose(const std::string& model, const std::string& dataset = "faq") {
    v1::UpdateDatasetRequest request;
    request.set_dataset(dataset);
    request.mutable_settings()->mutable_embedding()->set_model(model);
    const auto response = shelf_.Update(request);
    ASSERT_TRUE(response.ok()) << response.status();
    if (backfill_ != nullptr) backfill_->Wake();
  }

  v1::Dataset Get(const std::string& reference = "faq") {
    return *GetDataset(*shelf_.catalog(), *vectors_.Get(), reference);
  }
  bool UntilEmbedded(int64_t examples, const std::string& reference = "faq") {
    return Until([&] {
      const v1::EmbeddingProgress now = Get(reference).embedding();
      return now.state() == v1::EMBEDDED && now.embedded() == examples;
    });
  }
  std::vector<std::string> Asked() const {
    std::vector<std::string> texts;
    for (const FakeEmbedder::Asked& request : embedder_->requests()) {
      texts.insert(texts.end(), request.texts.begin(), request.texts.end());
    }
    return texts;
  }

  EmbeddingsOr Answer(const EmbedRequest& request) {
    const std::lock_guard lock(mutex_);
    if (answer_) return answer_(request);
    return FakeEmbedder::AnswerFor(request, 4);
  }
  void AnswerWith(std::function<EmbeddingsOr(const EmbedRequest&)> answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

  Shelf shelf_;
  std::mutex mutex_;
  std::function<EmbeddingsOr(const EmbedRequest&)> answer_;
  FakeEmbedder* embedder_ = nullptr;
  FakeSleeper sleeper_{shelf_.clock};
  HeldSleeper held_;
  IoPool io_{1};
  WorkerPool workers_{2};
  SnapshotCell<VectorShelf> vectors_{std::make_shared<const VectorShelf>()};
  std::unique_ptr<Backfill> backfill_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_MANAGE_BACKFILL_HOUSE_H_

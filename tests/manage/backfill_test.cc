#include "manage/backfill.h"

#include "provider/embed_key.h"
#include "tests/fakes/gate.h"
#include "tests/manage/backfill_house.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::Status Down() { return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down"); }
absl::Status Refused() { return Error(absl::StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER").Message("no"); }

TEST_F(BackfillTest, AsksForEachTextOnceAndNeverAgain) {
  Teach("a", "lost card");
  Teach("b", "stolen card");
  Teach("c", "lost card");
  Start();
  EXPECT_EQ(Get().embedding().state(), v1::EMBEDDING_STATE_UNSPECIFIED);
  Choose("fake/m");
  ASSERT_TRUE(UntilEmbedded(3)) << Get().ShortDebugString();
  EXPECT_THAT(Asked(), ElementsAre("lost card", "stolen card"));
  EXPECT_EQ(embedder_->requests().front().model, "m");
  Teach("d", "new pin");
  ASSERT_TRUE(UntilEmbedded(4));
  EXPECT_THAT(Asked(), ElementsAre("lost card", "stolen card", "new pin"));
  Restart();
  ASSERT_TRUE(UntilEmbedded(4));
  EXPECT_EQ(Asked().size(), 3U);
  EXPECT_EQ(backfill_->counters().loaded, 4);
}

TEST_F(BackfillTest, AnotherModelIsAnotherSetOfVectorsAndTheFirstIsStillKnown) {
  Teach("a", "lost card");
  Choose("fake/m");
  Start();
  ASSERT_TRUE(UntilEmbedded(1));
  Choose("fake/other");
  ASSERT_TRUE(UntilEmbedded(1));
  EXPECT_EQ(Get("faq@2").embedding().state(), v1::EMBEDDING_STATE_UNSPECIFIED) << "nobody uses that version";
  Choose("fake/m");
  ASSERT_TRUE(UntilEmbedded(1));
  EXPECT_EQ(Asked().size(), 2U);
  Choose("");
  EXPECT_TRUE(Until([&] { return vectors_.Get()->Find({"faq", {.model = "fake/m"}}) == nullptr; }));
  EXPECT_FALSE(Get().has_embedding());
}

TEST_F(BackfillTest, VersionsThatAnAliasPointsToAreServed) {
  Teach("a", "lost card");
  Choose("fake/m");
  ASSERT_TRUE(shelf_.Update(DeleteRequest("faq", "a")).ok());
  Teach("b", "stolen card");
  Start();
  ASSERT_TRUE(UntilEmbedded(1));
  EXPECT_THAT(Asked(), ElementsAre("stolen card"));
  v1::SetAliasRequest alias;
  alias.set_dataset("faq");
  alias.set_alias("production");
  alias.set_version(2);
  ASSERT_TRUE(shelf_.SetAlias(alias).ok());
  backfill_->Wake();
  ASSERT_TRUE(UntilEmbedded(1, "faq@2"));
  EXPECT_THAT(Asked(), ElementsAre("stolen card", "lost card"));
}

TEST_F(BackfillTest, GoesOnAfterFailuresWithGrowingPauses) {
  Teach("a", "lost card");
  Choose("fake/m");
  int failures = 9;
  AnswerWith([&](const EmbedRequest& request) {
    return failures-- > 0 ? EmbeddingsOr(Down()) : FakeEmbedder::AnswerFor(request, 4);
  });
  Start();
  ASSERT_TRUE(UntilEmbedded(1));
  const auto s = [](int seconds) { return absl::Seconds(seconds); };
  EXPECT_THAT(sleeper_.sleeps(), ElementsAre(s(1), s(2), s(4), s(8), s(16), s(32), s(60), s(60), s(60)));
  EXPECT_EQ(Get().embedding().last_error(), "");
  EXPECT_EQ(backfill_->counters().failures, 9);
}

TEST_F(BackfillTest, AFailureIsSeenAndHoldsUpNoOtherDataset) {
  Teach("a", "lost card");
  Teach("a", "good day", "other");
  Choose("fake/m");
  Choose("fake/m", "other");
  AnswerWith([&](const EmbedRequest& request) {
    return request.texts.front() == "lost card" ? EmbeddingsOr(Down()) : FakeEmbedder::AnswerFor(request, 4);
  });
  Start(held_);
  ASSERT_TRUE(UntilEmbedded(1, "other"));
  ASSERT_TRUE(Until([&] { return Get().embedding().state() == v1::PAUSED; }));
  EXPECT_EQ(Get().embedding().last_error(), "down");
  EXPECT_EQ(Get().embedding().embedded(), 0);
  AnswerWith(nullptr);
  held_.Wake();
  EXPECT_TRUE(UntilEmbedded(1));
}

TEST_F(BackfillTest, ATextThatTheModelRefusesHoldsUpNoOther) {
  for (int i = 0; i < 10; ++i) Teach(StrCat("e", i), i == 6 ? "bad" : StrCat("text ", i));
  Choose("fake/m");
  AnswerWith([](const EmbedRequest& request) {
    const bool bad = std::find(request.texts.begin(), request.texts.end(), "bad") != request.texts.end();
    return bad ? EmbeddingsOr(Refused()) : FakeEmbedder::AnswerFor(request, 4);
  });
  Start();
  ASSERT_TRUE(UntilEmbedded(9)) << Get().ShortDebugString();
  EXPECT_EQ(Get().embedding().refused(), 1);
  EXPECT_EQ(Get().embedding().last_error(), "no");
}

TEST_F(BackfillTest, AModelThatRefusesEverythingIsAFailure) {
  for (int i = 0; i < 10; ++i) Teach(StrCat("e", i), StrCat("text ", i));
  Choose("fake/m");
  AnswerWith([](const EmbedRequest&) { return Refused(); });
  Start(held_);
  ASSERT_TRUE(Until([&] { return Get().embedding().state() == v1::PAUSED; }));
  EXPECT_EQ(Get().embedding().refused(), 0);
  EXPECT_LT(embedder_->requests().size(), 10U) << "it went through all of them";
}

TEST_F(BackfillTest, TestExamplesAreNeverShownAndNeedNoVector) {
  v1::UpdateDatasetRequest request = UpsertRequest("faq", "t", "held out");
  request.mutable_mutations(0)->mutable_upsert()->set_split(v1::TEST);
  AddUpsert(request, "a", "lost card");
  ASSERT_TRUE(shelf_.Update(request).ok());
  Choose("fake/m");
  Start();
  ASSERT_TRUE(UntilEmbedded(1));
  EXPECT_THAT(Asked(), ElementsAre("lost card"));
}

TEST_F(BackfillTest, AFullDiskLosesNoVectorAndIsSaid) {
  Teach("a", "lost card");
  Choose("fake/m");
  shelf_.store.FailWrites(DiskFull());
  Start(held_);
  ASSERT_TRUE(Until([&] { return Get().embedding().state() == v1::PAUSED; }));
  EXPECT_THAT(Get().embedding().last_error(), HasSubstr("disk is full"));
  EXPECT_EQ(Get().embedding().embedded(), 1);
  held_.Wake();
  ASSERT_TRUE(UntilEmbedded(1));
  EXPECT_EQ(Asked().size(), 1U) << "it was paid for twice";
}

TEST_F(BackfillTest, AsksInBoundedBatches) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("faq");
  for (int i = 0; i < 700; ++i) AddUpsert(request, StrCat("e", i), StrCat("text ", i));
  AddUpsert(request, "long", std::string(20'000, 'x'));
  request.mutable_settings()->mutable_embedding()->set_model("fake/m");
  ASSERT_TRUE(shelf_.Update(request).ok());
  Start();
  ASSERT_TRUE(UntilEmbedded(701));
  size_t texts = 0;
  for (const FakeEmbedder::Asked& asked : embedder_->requests()) {
    EXPECT_LE(asked.texts.size(), kBatchTexts);
    texts += asked.texts.size();
    for (const std::string& text : asked.texts) EXPECT_LE(text.size(), kMaxEmbeddedBytes);
  }
  EXPECT_EQ(texts, 701U);
}

// Answers when its gate opens.
class HeldEmbedder final : public Embedder {
 public:
  asio::awaitable<EmbeddingsOr> Embed(const EmbedRequest& request) override {
    ++calls;
    co_await gate.Pass();
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return absl::CancelledError("cancelled");
    co_return FakeEmbedder::AnswerFor(request, 4);
  }
  std::atomic<int> calls{0};
  Gate gate;
};

TEST_F(BackfillTest, StopsInTheMiddleOfACallAndHasFewInFlight) {
  auto held = std::make_unique<HeldEmbedder>();
  HeldEmbedder& embedder = *held;
  shelf_.providers.Set(std::make_shared<const ProviderRegistry>(
      std::move(ProviderRegistry::Builder().Add("fake", std::make_unique<FakeProvider>(), {}, std::move(held)))
          .Build()));
  for (int dataset = 0; dataset < 6; ++dataset) {
    Teach("a", "text", StrCat("faq", dataset));
    Choose("fake/m", StrCat("faq", dataset));
  }
  Start();
  ASSERT_TRUE(Until([&] { return embedder.calls == kBatchesInFlight; }));
  backfill_->Shutdown();
  EXPECT_EQ(embedder.calls, kBatchesInFlight);
  EXPECT_EQ(Get("faq0").embedding().embedded(), 0);
}

}  // namespace
}  // namespace attune

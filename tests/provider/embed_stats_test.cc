#include "provider/embed_stats.h"

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

// "model outcome calls texts tokens", a line a row.
std::string Text(const EmbedStats& stats) {
  std::string text;
  for (const EmbedCounts* row : stats.Rows()) {
    StrAppend(&text, row->model, " ", row->outcome, " ", row->duration.Read().count, " ", row->texts.load(), " ",
              row->input_tokens.Read().sum, "\n");
  }
  return text;
}

TEST(EmbedStats, CountsCallsTextsAndTokensByModelAndOutcome) {
  FakeClock clock;
  IoPool pool(1);
  EmbedStats stats;
  absl::Status failure;
  ModelTable prices;
  prices["vendor/m"].prices = {{.input = 3'000'000}};  // 3 nanos a token
  const auto models = std::make_shared<const ModelTable>(prices);
  CountingEmbedder embedder("vendor", std::make_unique<FakeEmbedder>([&](const EmbedRequest& request) {
                              clock.Advance(absl::Milliseconds(30));
                              if (!failure.ok()) return absl::StatusOr<Embeddings>(failure);
                              return absl::StatusOr<Embeddings>(FakeEmbedder::AnswerFor(request, 4));
                            }),
                            models, clock, stats);
  const auto embed = [&](const std::string& model) {
    (void)RunCoroutine(pool, embedder.Embed({.model = model, .texts = {"a", "b"}}));
  };
  embed("m");
  embed("m");
  failure = Unavailable();
  embed("m");
  embed("made-up");  // a name that never answered may be anyone's invention
  EXPECT_EQ(Text(stats),
            "other PROVIDER_UNAVAILABLE 1 2 0\n"
            "vendor/m PROVIDER_UNAVAILABLE 1 2 0\n"
            "vendor/m ok 2 4 4\n");
  EXPECT_EQ(stats.Rows().back()->duration.Read().sum, 60'000'000);
  EXPECT_THAT(stats.Rows().back()->cost.Read(), testing::ElementsAre(Money{4 * 3, "USD"}));
  EXPECT_EQ(stats.Rows().back()->unknown_costs, 0);
  failure = absl::OkStatus();
  embed("free");
  EXPECT_EQ(stats.Rows()[1]->model, "vendor/free");
  EXPECT_EQ(stats.Rows()[1]->unknown_costs, 1) << "without a price a cost is unknown, not 0";
}

TEST(EmbedStats, HasNoRowForEachOfTooManyModels) {
  EmbedStats stats;
  const absl::StatusOr<Embeddings> fine = Embeddings();
  for (size_t i = 0; i < kMaxEmbedStats + 5; ++i)
    stats.Add(StrCat("vendor/", i), 1, absl::ZeroDuration(), fine, nullptr);
  EXPECT_EQ(stats.Rows().size(), kMaxEmbedStats + 1);
  int64_t calls = 0;
  for (const EmbedCounts* row : stats.Rows()) calls += row->duration.Read().count;
  EXPECT_EQ(calls, static_cast<int64_t>(kMaxEmbedStats) + 5);
}

}  // namespace
}  // namespace attune

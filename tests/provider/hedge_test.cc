#include "provider/hedge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "provider/attempts.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/fakes/gate.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

// Whose calls take as long as their question says ("30ms"), by the fake clock. The question "slow" hangs until it is
// cancelled; asked a second time meanwhile, it is answered.
class TimedProvider final : public Provider {
 public:
  explicit TimedProvider(FakeClock& clock) : clock_(clock) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override {
    ++calls;
    last_sink = sink;
    const std::string& question = request.messages[0].content;
    if (question == "slow" && hanging_ == 0) {
      ++hanging_;
      co_await never_.Pass();
      --hanging_;
      co_return absl::CancelledError("too slow");
    }
    absl::Duration time = kHedgeTime;
    const bool readable = question == "slow" || absl::ParseDuration(question, &time);
    EXPECT_TRUE(readable);
    clock_.Advance(time);
    if (!failure.ok()) co_return failure;
    if (sink != nullptr) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText("text"));
    if (sink != nullptr) clock_.Advance(absl::Hours(1));  // the rest of a stream is not measured
    co_return ModelAnswer{.text = "text"};
  }

  static constexpr absl::Duration kHedgeTime = absl::Milliseconds(5);
  size_t calls = 0;
  TextSink* last_sink = nullptr;
  absl::Status failure;

 private:
  FakeClock& clock_;
  const Gate never_;
  int hanging_ = 0;
};

class HedgeTest : public testing::Test {
 protected:
  HedgeTest() { Make(); }
  void Make() {
    auto vendor = std::make_unique<TimedProvider>(clock_);
    vendor_ = vendor.get();
    provider_ = std::make_unique<HedgeProvider>(std::move(vendor), policy_, clock_, sleeper_);
  }
  AnswerOr Call(const std::string& question, const std::string& model = "m", TextSink* sink = nullptr) {
    return Generate(pool_, *provider_, Ask(question, model), sink);
  }
  // So many calls of `time` each.
  void Learn(int calls, const std::string& time, const std::string& model = "m", TextSink* sink = nullptr) {
    for (int i = 0; i < calls; ++i) ASSERT_TRUE(Call(time, model, sink).ok());
  }
  // Whether a call of that model that hangs is hedged. If not, it is cancelled.
  bool IsHedged(const std::string& model = "m", TextSink* sink = nullptr) {
    const size_t before = vendor_->calls;
    const ModelRequest request = Ask("slow", model);
    Running<AnswerOr> call(pool_, [&] { return provider_->Generate(request, sink); });
    for (int turn = 0; turn < 20; ++turn) Turn();
    const bool hedged = vendor_->calls == before + 2;
    call.Cancel();
    EXPECT_EQ(call.Wait().ok(), hedged);
    return hedged;
  }
  int HedgesOf(int calls, const std::string& model = "m") {
    int hedges = 0;
    for (int i = 0; i < calls; ++i) hedges += IsHedged(model) ? 1 : 0;
    return hedges;
  }
  // Of the model "m": begun, won, refused.
  std::vector<int64_t> Counts() const {
    ProviderGauges gauges;
    provider_->ReadGauges(gauges);
    const HedgeCounts counts = gauges.models().at("m").hedges.value();
    return {counts.begun, counts.won, counts.refused};
  }
  void Turn() {
    Running<bool>(pool_, []() -> asio::awaitable<bool> { co_return true; }).Wait();
  }

  IoPool pool_{1};
  FakeClock clock_;
  FakeSleeper sleeper_{clock_};
  HedgePolicy policy_;
  TimedProvider* vendor_ = nullptr;
  std::unique_ptr<HedgeProvider> provider_;
  KeepingTextSink sink_;
};

TEST_F(HedgeTest, BeginsWhenEnoughIsKnown) {
  Learn(19, "10ms");
  EXPECT_FALSE(IsHedged());
  Learn(1, "10ms");
  EXPECT_TRUE(IsHedged());
  policy_.min_samples = 40;
  Make();
  Learn(39, "10ms");
  EXPECT_FALSE(IsHedged());
  Learn(1, "10ms");
  EXPECT_TRUE(IsHedged());
}

TEST_F(HedgeTest, WaitsForThePercentileOfTheLastTimes) {
  struct Case {
    double percentile;
    absl::Duration wait;
  };
  for (const Case& c : std::vector<Case>{{50, absl::Milliseconds(10)},
                                         {95, absl::Milliseconds(10)},
                                         {96, absl::Milliseconds(70)},
                                         {99, absl::Milliseconds(70)}}) {
    policy_.percentile = c.percentile;
    Make();
    Learn(95, "10ms");
    Learn(5, "70ms");
    EXPECT_TRUE(IsHedged());
    EXPECT_EQ(sleeper_.sleeps().back(), c.wait) << c.percentile;
    Learn(LatencyWindow::kSamples, "200ms");  // it adapts
    EXPECT_TRUE(IsHedged());
    EXPECT_EQ(sleeper_.sleeps().back(), absl::Milliseconds(200));
  }
}

TEST_F(HedgeTest, AHedgedCallCountsFromItsOwnBeginning) {
  policy_.percentile = 100;
  Make();
  Learn(20, "10ms");
  EXPECT_TRUE(IsHedged());
  Learn(20, "10ms");
  EXPECT_TRUE(IsHedged());
  EXPECT_THAT(sleeper_.sleeps(),
              testing::ElementsAre(absl::Milliseconds(10), absl::Milliseconds(10) + TimedProvider::kHedgeTime));
}

TEST_F(HedgeTest, StreamsAreMeasuredToTheirFirstTextAndApart) {
  Learn(30, "10ms");
  EXPECT_FALSE(IsHedged("m", &sink_));
  Learn(30, "40ms", "m", &sink_);
  sink_.deltas.clear();
  EXPECT_TRUE(IsHedged("m", &sink_));
  EXPECT_EQ(sink_.text(), "text");
  EXPECT_TRUE(IsHedged());
  EXPECT_THAT(sleeper_.sleeps(), testing::ElementsAre(absl::Milliseconds(40), absl::Milliseconds(10)));
}

TEST_F(HedgeTest, ModelsAreApart) {
  Learn(30, "10ms", "a");
  Learn(30, "20ms", "b");
  EXPECT_FALSE(IsHedged("c"));
  EXPECT_TRUE(IsHedged("b"));
  EXPECT_TRUE(IsHedged("a"));
  EXPECT_THAT(sleeper_.sleeps(), testing::ElementsAre(absl::Milliseconds(20), absl::Milliseconds(10)));
}

TEST_F(HedgeTest, TheBudgetIsAShareOfTheCallsOfAModel) {
  policy_.budget = 0.25;
  Make();
  Learn(21, "10ms", "a");  // the first one made the model known
  Learn(21, "10ms", "b");
  EXPECT_EQ(HedgesOf(40, "a"), 15);  // a quarter of 20 and of 40
  EXPECT_FALSE(IsHedged("a"));
  EXPECT_TRUE(IsHedged("b"));
}

TEST_F(HedgeTest, QuietTimesSaveUpFewHedges) {
  policy_.budget = 0.1;
  Make();
  Learn(500, "10ms");
  EXPECT_EQ(HedgesOf(20), kMaxSavedHedges + 1);  // of the twenty calls, two less a tenth
}

TEST_F(HedgeTest, WithoutABudgetCallsGoStraightThrough) {
  policy_.budget = 0;
  Make();
  Learn(50, "10ms", "m", &sink_);
  EXPECT_EQ(vendor_->last_sink, &sink_);
  EXPECT_FALSE(IsHedged("m", &sink_));
  EXPECT_THAT(sleeper_.sleeps(), testing::IsEmpty());
}

TEST_F(HedgeTest, FailuresHaveNoTime) {
  vendor_->failure = Unavailable();
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(Call("10ms").ok());
  EXPECT_FALSE(IsHedged());
  EXPECT_THAT(sleeper_.sleeps(), testing::IsEmpty());
}

TEST_F(HedgeTest, NoHedgeWouldBeginAfterTheDeadline) {
  Learn(30, "10ms");
  ModelRequest request = Ask("slow");
  request.deadline = clock_.Now() + absl::Milliseconds(10);
  Running<AnswerOr> call(pool_, [&] { return provider_->Generate(request, nullptr); });
  for (int turn = 0; turn < 20; ++turn) Turn();
  call.Cancel();
  EXPECT_FALSE(call.Wait().ok());
  EXPECT_THAT(sleeper_.sleeps(), testing::IsEmpty());
}

TEST_F(HedgeTest, TellsThatTwoCallsWereMade) {
  Learn(30, "10ms");
  EXPECT_EQ(Call("10ms")->attempts, 1);
  EXPECT_EQ(Call("slow")->attempts, 2);
}

TEST_F(HedgeTest, CountsHedgesAndThoseThatWonAndThoseThatTheBudgetRefused) {
  using testing::ElementsAre;
  Learn(30, "10ms");
  EXPECT_THAT(Counts(), ElementsAre(0, 0, 0)) << "calls that were fast enough";
  EXPECT_TRUE(IsHedged());
  EXPECT_THAT(Counts(), ElementsAre(1, 1, 0));
  EXPECT_FALSE(IsHedged());
  EXPECT_THAT(Counts(), ElementsAre(1, 1, 1));
  Learn(20, "10ms");
  vendor_->failure = Unavailable();
  const ModelRequest request = Ask("slow");
  Running<AnswerOr> call(pool_, [&] { return provider_->Generate(request, nullptr); });
  for (int turn = 0; turn < 20; ++turn) Turn();
  call.Cancel();
  EXPECT_FALSE(call.Wait().ok());
  EXPECT_THAT(Counts(), ElementsAre(2, 1, 1)) << "the hedge failed";
}

TEST_F(HedgeTest, TheLongestUnusedModelMakesRoom) {
  Learn(30, "10ms", "old");
  Learn(30, "10ms", "kept");
  for (size_t i = 0; i < kMaxHedgedModels + 20; ++i) {
    Learn(1, "10ms", StrCat("other", i));
    if (i % 50 == 0) Learn(1, "10ms", "kept");
  }
  EXPECT_TRUE(IsHedged("kept"));
  EXPECT_FALSE(IsHedged("old"));
}

}  // namespace
}  // namespace attune

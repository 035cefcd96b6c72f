// Many calls on many threads: what they share is the table of times, and each must get one whole answer.
#include <gtest/gtest.h>

#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>
#include <memory>

#include "base/strings.h"
#include "provider/hedge.h"
#include "tests/fakes/fake_clock.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

// Answers "N-0 N-1 ... N-9" where N is the number of the call, with turns of the I/O loop in between: some calls take
// many, so that their hedges overtake them, some none.
class BusyProvider final : public Provider {
 public:
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest&, TextSink* sink) override {
    const int64_t number = ++calls;
    ++in_flight;
    absl::StatusOr<ModelAnswer> outcome = co_await Answer(number, sink);
    --in_flight;
    co_return outcome;
  }

  std::atomic<int64_t> calls{0}, in_flight{0};

 private:
  static asio::awaitable<absl::StatusOr<ModelAnswer>> Answer(int64_t number, TextSink* sink) {
    ModelAnswer answer;
    const int64_t turns = number % 7;
    for (int part = 0; part < 10; ++part) {
      for (int64_t turn = 0; turn < turns; ++turn) co_await asio::post(asio::use_awaitable);
      const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return absl::CancelledError("heard it");
      const std::string text = StrCat(number, "-", part, " ");
      answer.text += text;
      if (sink != nullptr) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(text));
    }
    co_return answer;
  }
};

TEST(HedgeThreadsTest, EveryCallGetsOneWholeAnswer) {
  constexpr int kCalls = 4'000;
  IoPool pool(4);
  const FakeClock clock;  // nothing takes any time, so that every call that is not answered at once may be hedged
  const TimerSleeper sleeper;
  const ModelRequest requests[] = {Ask("q", "a"), Ask("q", "b")};
  auto inner = std::make_unique<BusyProvider>();
  BusyProvider& vendor = *inner;
  HedgeProvider provider(std::move(inner), HedgePolicy{.budget = 0.5}, clock, sleeper);
  std::vector<KeepingTextSink> sinks(kCalls);
  std::vector<std::unique_ptr<Running<AnswerOr>>> calls;
  for (int i = 0; i < kCalls; ++i) {
    TextSink* const sink = i % 2 == 0 ? &sinks[static_cast<size_t>(i)] : nullptr;
    const ModelRequest& request = requests[i / 2 % 2];
    calls.push_back(std::make_unique<Running<AnswerOr>>(pool, [&, sink] { return provider.Generate(request, sink); }));
    if (i % 16 == 15) calls.back()->Cancel();
  }
  int64_t attempts = 0;
  for (int i = 0; i < kCalls; ++i) {
    const AnswerOr answer = calls[static_cast<size_t>(i)]->Wait();
    if (!answer.ok()) continue;
    attempts += answer->attempts;
    const std::string number = answer->text.substr(0, answer->text.find('-'));
    std::string expected;
    for (int part = 0; part < 10; ++part) StrAppend(&expected, number, "-", part, " ");
    EXPECT_EQ(answer->text, expected);
    EXPECT_EQ(sinks[static_cast<size_t>(i)].text(), i % 2 == 0 ? expected : "");
  }
  EXPECT_EQ(vendor.in_flight, 0) << "something ran on after its call had returned";
  EXPECT_GT(vendor.calls, kCalls) << "none was hedged";
  EXPECT_LE(vendor.calls, kCalls + kCalls / 2);
  EXPECT_LE(attempts, vendor.calls);
}

}  // namespace
}  // namespace attune

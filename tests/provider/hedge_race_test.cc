#include "provider/hedge_race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "provider/attempts.h"
#include "tests/fakes/held_sleeper.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"
#include "tests/provider/staged_provider.h"

namespace attune {
namespace {

// How a race went, as its table tells it.
struct Race {
  std::string name;
  bool stream, permitted;
  Stage first, hedge;
  // What happens, one after the other or (with a "+") in one turn of the I/O loop: "wake" (the delay is over), "leave"
  // (the caller does), and what the stages of the two calls wait for.
  std::string events;
  std::string journal;  // of the provider, with "returned" when Run has
  std::string outcome;  // text or reason of the error, or "cancelled"
  int32_t attempts;
  std::string sink = "";
};

Stage Good(std::string first = "one", std::string rest = " two") {
  return {.first = std::move(first), .rest = std::move(rest)};
}
Stage Bad(absl::Status status, std::string first = "") {
  return {.first = std::move(first), .status = std::move(status)};
}
Stage Stubborn() { return {.first = "stub", .rest = "born", .stubborn = true}; }

std::string Told(const AnswerOr& outcome) {
  if (outcome.ok()) return outcome->text;
  return absl::IsCancelled(outcome.status()) ? "cancelled" : ErrorReason(outcome.status());
}

// Everything of a race is on one thread, so that what follows from an event is done after so many turns of it.
void Settle(IoPool& pool) {
  for (int turn = 0; turn < 20; ++turn) {
    Running<bool>(pool, []() -> asio::awaitable<bool> { co_return true; }).Wait();
  }
}

std::vector<std::string> Split(const std::string& text, const char* between) { return absl::StrSplit(text, between); }

void Play(const Race& race) {
  SCOPED_TRACE(race.name);
  IoPool pool(1);
  HeldSleeper sleeper;
  StagedProvider vendor({race.first, race.hedge});
  KeepingTextSink sink;
  const ModelRequest request = Ask("q");
  const std::function<bool()> permit = [&] { return race.permitted; };
  Running<AnswerOr> call(pool, [&]() -> asio::awaitable<AnswerOr> {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    HedgeRace hedged(vendor, request, race.stream ? &sink : nullptr, executor);
    AnswerOr outcome = co_await hedged.Run(sleeper, absl::Seconds(3), permit);
    vendor.journal.push_back("returned");
    co_return outcome;
  });
  const auto happen = [&](std::string_view event) {
    const Stage& stage = event.starts_with('1') ? race.first : race.hedge;
    Gate gate = event.ends_with("begin") ? stage.begin : stage.finish;
    if (event == "wake") return sleeper.Wake();
    if (event == "leave") return call.Cancel();
    gate.Open();
  };
  for (const std::string& turn : Split(race.events, ", ")) {
    Settle(pool);
    Running<bool>(pool, [&]() -> asio::awaitable<bool> {
      for (const std::string& event : Split(turn, " + ")) happen(event);
      co_return true;
    }).Wait();
  }
  Settle(pool);
  EXPECT_EQ(absl::StrJoin(vendor.journal, ", "), race.journal);
  sleeper.Wake();  // what did not end must not hang the test
  for (const Stage& stage : {race.first, race.hedge}) {
    for (Gate gate : {stage.begin, stage.finish}) gate.Open();
  }
  const AnswerOr outcome = call.Wait();
  EXPECT_EQ(Told(outcome), race.outcome) << outcome.status();
  EXPECT_EQ(AttemptsOf(outcome), race.attempts);
  EXPECT_EQ(sink.text(), race.sink);
}

TEST(HedgeRaceTest, TheFirstSuccessOfTwoWholeAnswersWins) {
  const std::vector<Race> races = {
      {"the first answers before the hedge begins", false, true, Good(), Good("2"), "1 begin, 1 finish",
       "1 asked, 1 answered, returned", "one two", 1},
      {"the first answers in the moment when the hedge would begin", false, true, Good(), Good("2"),
       "1 begin, 1 finish + wake", "1 asked, 1 answered, returned", "one two", 1},
      {"the first answers while the hedge runs", false, true, Good(), Good("2"), "wake, 1 begin, 1 finish",
       "1 asked, 2 asked, 1 answered, 2 cancelled, returned", "one two", 2},
      {"the hedge answers", false, true, Good("1"), Good(), "wake, 1 begin, 2 begin, 2 finish",
       "1 asked, 2 asked, 2 answered, 1 cancelled, returned", "one two", 2},
      {"the hedge is not permitted", false, false, Good(), Good("2"), "wake, 1 begin, 1 finish",
       "1 asked, 1 answered, returned", "one two", 1},
      {"the loser does not hear that it is cancelled", false, true, Stubborn(), Good(),
       "wake, 2 begin, 2 finish, 1 begin, 1 finish", "1 asked, 2 asked, 2 answered, 1 answered, returned", "one two",
       2},
  };
  for (const Race& race : races) Play(race);
}

TEST(HedgeRaceTest, AFailureIsFinalOnlyIfNoHedgeRuns) {
  const absl::Status down = Unavailable();
  const std::vector<Race> races = {
      {"the first fails before the hedge begins", false, true, Bad(down), Good(), "1 begin, 1 finish",
       "1 asked, 1 failed, returned", "PROVIDER_UNAVAILABLE", 1},
      {"the first fails and the hedge was not permitted", false, false, Bad(down), Good(), "wake, 1 begin, 1 finish",
       "1 asked, 1 failed, returned", "PROVIDER_UNAVAILABLE", 1},
      {"the first fails in the moment when the hedge would begin", false, true, Bad(down), Good(),
       "1 begin, 1 finish + wake", "1 asked, 1 failed, returned", "PROVIDER_UNAVAILABLE", 1},
      {"the first fails while the hedge runs", false, true, Bad(down), Good(),
       "wake, 1 begin, 1 finish, 2 begin, 2 finish", "1 asked, 2 asked, 1 failed, 2 answered, returned", "one two", 2},
      {"the hedge fails", false, true, Good(), Bad(down), "wake, 2 begin, 2 finish, 1 begin, 1 finish",
       "1 asked, 2 asked, 2 failed, 1 answered, returned", "one two", 2},
      {"both fail", false, true, Bad(down), Bad(Cut()), "wake, 1 begin, 1 finish, 2 begin, 2 finish",
       "1 asked, 2 asked, 1 failed, 2 failed, returned", "PROVIDER_UNAVAILABLE", 2},
      {"both fail, the hedge before the first", false, true, Bad(down), Bad(Cut()),
       "wake, 2 begin, 2 finish, 1 begin, 1 finish", "1 asked, 2 asked, 2 failed, 1 failed, returned",
       "PROVIDER_UNAVAILABLE", 2},
      {"the first fails before it has text", true, true, Bad(Cut()), Good(),
       "wake, 1 begin, 1 finish, 2 begin, 2 finish", "1 asked, 2 asked, 1 failed, 2 answered, returned", "one two", 2,
       "one two"},
  };
  for (const Race& race : races) Play(race);
}

TEST(HedgeRaceTest, TheFirstTextOfTwoStreamsWins) {
  const std::vector<Race> races = {
      {"the first has text before the hedge begins", true, true, Good(), Good("2"), "1 begin, wake, 1 finish",
       "1 asked, 1 answered, returned", "one two", 1, "one two"},
      {"the first has text while the hedge runs", true, true, Good(), Good("2"), "wake, 1 begin, 1 finish",
       "1 asked, 2 asked, 2 cancelled, 1 answered, returned", "one two", 2, "one two"},
      {"the hedge has text", true, true, Good("1"), Good(), "wake, 2 begin, 2 finish",
       "1 asked, 2 asked, 1 cancelled, 2 answered, returned", "one two", 2, "one two"},
      {"the loser has text all the same", true, true, Stubborn(), Good(), "wake, 2 begin, 1 begin, 2 finish",
       "1 asked, 2 asked, 1 cancelled, 2 answered, returned", "one two", 2, "one two"},
      {"both have text in one turn", true, true, Good(), Good("1"), "wake, 1 begin + 2 begin, 1 finish",
       "1 asked, 2 asked, 2 cancelled, 1 answered, returned", "one two", 2, "one two"},
      {"the winner fails", true, true, Good("1"), Bad(Cut(), "one"), "wake, 2 begin, 2 finish",
       "1 asked, 2 asked, 1 cancelled, 2 failed, returned", "PROVIDER_CUT", 2, "one"},
      {"an answer without text is a success too", true, true, Good("1"), Good("", ""), "wake, 2 begin, 2 finish",
       "1 asked, 2 asked, 2 answered, 1 cancelled, returned", "", 2, ""},
  };
  for (const Race& race : races) Play(race);
}

TEST(HedgeRaceTest, ACallerWhoLeavesCancelsBoth) {
  const std::vector<Race> races = {
      {"before the hedge begins", false, true, Good(), Good(), "leave", "1 asked, 1 cancelled, returned", "cancelled",
       1},
      {"while both run", false, true, Good(), Good(), "wake, leave",
       "1 asked, 2 asked, 1 cancelled, 2 cancelled, returned", "cancelled", 2},
      {"while the hedge runs alone", false, true, Bad(Unavailable()), Good(), "wake, 1 begin, 1 finish, leave",
       "1 asked, 2 asked, 1 failed, 2 cancelled, returned", "cancelled", 2},
      {"while the first runs alone", false, true, Good(), Bad(Unavailable()), "wake, 2 begin, 2 finish, leave",
       "1 asked, 2 asked, 2 failed, 1 cancelled, returned", "cancelled", 2},
      {"in the moment when the hedge would begin", false, true, Good(), Good(), "leave + wake",
       "1 asked, 1 cancelled, returned", "cancelled", 1},
      {"after text", true, true, Good("1"), Good(), "wake, 2 begin, leave",
       "1 asked, 2 asked, 1 cancelled, 2 cancelled, returned", "cancelled", 2, "one"},
      {"while the loser is waited for", false, true, Stubborn(), Good(),
       "wake, 2 begin, 2 finish, leave, 1 begin, 1 finish", "1 asked, 2 asked, 2 answered, 1 answered, returned",
       "one two", 2},
      {"and nobody hears it", false, true, Stubborn(), Stubborn(), "wake, leave, 2 begin, 2 finish, 1 begin, 1 finish",
       "1 asked, 2 asked, 2 answered, 1 answered, returned", "stubborn", 2},
  };
  for (const Race& race : races) Play(race);
}

TEST(HedgeRaceTest, ACallerWhoHasLeftAlreadyAsksNobody) {
  IoPool pool(1);
  const HeldSleeper sleeper;
  const Gate never;
  StagedProvider vendor({Good(), Good()});
  const ModelRequest request = Ask("q");
  const std::function<bool()> permit = [] { return true; };
  Running<AnswerOr> call(pool, [&]() -> asio::awaitable<AnswerOr> {
    co_await never.Pass();
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    HedgeRace hedged(vendor, request, nullptr, executor);
    co_return co_await hedged.Run(sleeper, absl::Seconds(3), permit);
  });
  call.Cancel();
  EXPECT_EQ(call.Wait().status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(vendor.journal, testing::IsEmpty());
}

TEST(HedgeRaceTest, AProviderThatAnswersAtOnceIsNotEvenWaitedFor) {
  for (const bool stream : {false, true}) {
    IoPool pool(1);
    const HeldSleeper sleeper;
    ListedProvider vendor({});
    KeepingTextSink sink;
    const ModelRequest request = Ask("q");
    const std::function<bool()> permit = [] { return true; };
    const AnswerOr answer = Running<AnswerOr>(pool, [&]() -> asio::awaitable<AnswerOr> {
                              const asio::any_io_executor executor = co_await asio::this_coro::executor;
                              HedgeRace hedged(vendor, request, stream ? &sink : nullptr, executor);
                              co_return co_await hedged.Run(sleeper, absl::Seconds(3), permit);
                            }).Wait();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->text, "fine");
    EXPECT_THAT(sleeper.sleeps(), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace attune

// The cache of answers, what it keeps, and the decorator that asks it.
#include "provider/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "provider/call_key.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_provider.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

ModelRequest AskAtZero(const std::string& question) {
  ModelRequest request = Ask(question);
  request.parameters.temperature = 0;
  return request;
}

ModelAnswer Answer(std::string text, FinishReason reason = FinishReason::kStop) {
  return {.text = std::move(text), .model = "m", .finish_reason = reason};
}

TEST(CallKeyTest, WhatDecidesTheAnswerIsInTheKeyAndNothingElse) {
  const ModelRequest plain = AskAtZero("q");
  std::vector<ModelRequest> others(11, plain);
  others[0].model = "n";
  others[1].messages[0].content = "q2";
  others[2].messages[0].role = Role::kSystem;
  others[3].messages.push_back({Role::kUser, ""});
  others[4].parameters.temperature = 1;
  others[5].parameters.top_p = 0;
  others[6].parameters.max_tokens = 1;
  others[7].parameters.stop = {"x"};
  others[8].parameters.seed = 0;
  others[9].parameters.top_logprobs = 0;
  others[10].response_schema = "{}";
  std::vector<std::string> keys = {CallKey("p", plain), CallKey("p2", plain)};
  for (const ModelRequest& other : others) keys.push_back(CallKey("p", other));
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end());
  ModelRequest same = plain;
  same.user = "someone";
  same.deadline = absl::UnixEpoch();
  same.parameters.cache = true;
  EXPECT_EQ(CallKey("p", same), CallKey("p", plain));
}

TEST(CallKeyTest, FieldsDoNotRunIntoEachOther) {
  ModelRequest one = Ask("ab"), two = Ask("a");
  two.messages.push_back({Role::kUser, "b"});
  EXPECT_NE(CallKey("p", one), CallKey("p", two));
  one = Ask("q", "b"), two = Ask("q", "ab");
  EXPECT_NE(CallKey("pa", one), CallKey("p", two));
}

TEST(CallKeyTest, AnswersAreSharedAtTemperatureZeroOrOnRequest) {
  Parameters parameters;
  EXPECT_FALSE(MayShareAnswer(parameters));
  parameters.temperature = 0.5;
  EXPECT_FALSE(MayShareAnswer(parameters));
  parameters.cache = true;
  EXPECT_TRUE(MayShareAnswer(parameters));
  parameters.temperature = 0;
  parameters.cache.reset();
  EXPECT_TRUE(MayShareAnswer(parameters));
  parameters.cache = false;
  EXPECT_FALSE(MayShareAnswer(parameters));
}

class AnswerCacheTest : public testing::Test {
 protected:
  std::string TextOf(const std::string& key, AnswerCache& cache) {
    const auto answer = cache.Get(key);
    return answer == nullptr ? "" : answer->text;
  }
  FakeClock clock_;
};

TEST_F(AnswerCacheTest, TheLeastUsedGoFirstAndTheBytesAreBounded) {
  AnswerCache cache({.max_bytes = 16'000, .ttl = absl::Hours(1)}, clock_);
  const std::string text(400, 'x');
  for (int i = 0; i < 1000; ++i) {
    cache.Put(StrCat("key", i), Answer(text));
    EXPECT_EQ(TextOf("key0", cache), text);  // in use all the time
    EXPECT_LE(cache.counters().bytes, 16'000u);
  }
  EXPECT_EQ(TextOf("key1", cache), "");
  EXPECT_EQ(TextOf("key999", cache), text);
  const AnswerCache::Counters counters = cache.counters();
  EXPECT_GT(counters.entries, 10u);
  EXPECT_EQ(counters.evicted + static_cast<int64_t>(counters.entries), 1000);
  EXPECT_EQ(counters.hits, 1001);
  EXPECT_EQ(counters.misses, 1);
}

TEST_F(AnswerCacheTest, AnEntryThatWouldDriveOutAllOthersIsNotKept) {
  AnswerCache cache({.max_bytes = 8'000, .ttl = absl::Hours(1)}, clock_);
  cache.Put("a", Answer("small"));
  cache.Put("b", Answer(std::string(1'000, 'x')));
  EXPECT_EQ(TextOf("b", cache), "");
  EXPECT_EQ(TextOf("a", cache), "small");
}

TEST_F(AnswerCacheTest, AnAnswersTimeEnds) {
  AnswerCache cache({.max_bytes = 100'000, .ttl = absl::Minutes(1)}, clock_);
  cache.Put("a", Answer("old"));
  clock_.Advance(absl::Seconds(59));
  EXPECT_EQ(TextOf("a", cache), "old");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(TextOf("a", cache), "");
  EXPECT_EQ(cache.counters().entries, 0u);
  EXPECT_EQ(cache.counters().bytes, 0u);
  cache.Put("a", Answer("first"));
  cache.Put("a", Answer("second"));
  EXPECT_EQ(TextOf("a", cache), "second");
  EXPECT_EQ(cache.counters().entries, 1u);
}

class CacheProviderTest : public testing::Test {
 protected:
  void Serve(FakeProvider::Answer answer) {
    auto inner = std::make_unique<FakeProvider>(std::move(answer));
    vendor_ = inner.get();
    cached_ = std::make_unique<CacheProvider>("vendor", std::move(inner), cache_);
  }

  FakeClock clock_;
  IoPool pool_{1};
  std::shared_ptr<AnswerCache> cache_ = std::make_shared<AnswerCache>(CachePolicy{.max_bytes = 1 << 20}, clock_);
  FakeProvider* vendor_ = nullptr;
  std::unique_ptr<CacheProvider> cached_;
  KeepingTextSink sink_;
};

TEST_F(CacheProviderTest, AnEqualCallGetsTheAnswerAgainAndIsMarked) {
  Serve([](const ModelRequest& request) { return Answer("to " + request.messages[0].content); });
  const AnswerOr first = Generate(pool_, *cached_, AskAtZero("q"));
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->cached);
  EXPECT_EQ(first->attempts, 1);
  const AnswerOr again = Generate(pool_, *cached_, AskAtZero("q"));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->cached);
  EXPECT_EQ(again->attempts, 0);
  EXPECT_EQ(again->text, "to q");
  const AnswerOr streamed = Generate(pool_, *cached_, AskAtZero("q"), &sink_);
  EXPECT_TRUE(streamed->cached);
  EXPECT_THAT(sink_.deltas, testing::ElementsAre("to q"));
  EXPECT_EQ(Generate(pool_, *cached_, AskAtZero("other"))->text, "to other");
  EXPECT_EQ(vendor_->calls(), 2u);
}

TEST_F(CacheProviderTest, SampledAnswersAreAskedForEachTimeUnlessTheCallerSaysSo) {
  Serve([](const ModelRequest&) { return Answer("x"); });
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Generate(pool_, *cached_, Ask("q"))->cached);
  ModelRequest fresh = AskAtZero("q");
  fresh.parameters.cache = false;
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(Generate(pool_, *cached_, fresh)->cached);
  EXPECT_EQ(vendor_->calls(), 5u);
  ModelRequest asked = Ask("q");
  asked.parameters.cache = true;
  EXPECT_FALSE(Generate(pool_, *cached_, asked)->cached);
  EXPECT_TRUE(Generate(pool_, *cached_, asked)->cached);
}

TEST_F(CacheProviderTest, OnlyWholeAnswersAreKept) {
  const std::vector<std::pair<absl::StatusOr<ModelAnswer>, bool>> cases = {
      {Answer("x", FinishReason::kStop), true},           {Answer("x", FinishReason::kLength), true},
      {Answer("x", FinishReason::kContentFilter), false}, {Answer("x", FinishReason::kRefusal), false},
      {Answer("x", FinishReason::kOther), false},         {absl::UnavailableError("down"), false}};
  int number = 0;
  for (const auto& [answer, kept] : cases) {
    Serve([&outcome = answer](const ModelRequest&) { return outcome; });
    const ModelRequest request = AskAtZero(StrCat("q", number++));
    EXPECT_EQ(Generate(pool_, *cached_, request).status(), answer.status());
    EXPECT_EQ(Generate(pool_, *cached_, request).status(), answer.status());
    EXPECT_EQ(vendor_->calls(), kept ? 1u : 2u) << number;
  }
}

TEST_F(CacheProviderTest, ASinkThatFailsFailsTheCall) {
  Serve([](const ModelRequest&) { return Answer("x"); });
  ASSERT_TRUE(Generate(pool_, *cached_, AskAtZero("q")).ok());
  sink_.result = absl::CancelledError("left");
  EXPECT_EQ(Generate(pool_, *cached_, AskAtZero("q"), &sink_).status(), sink_.result);
}

}  // namespace
}  // namespace attune

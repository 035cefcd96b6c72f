#include "ask/recorder.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace attune {
namespace {

TEST(RecorderTest, WhatModelsSendIsCountedAgainstTheQueue) {
  const auto store = NewMemoryStore();
  InteractionQueue queue(*store, {.max_bytes = 100'000});
  Recorder recorder(queue);
  AskResult small, long_text, long_logprobs;
  small.text = "fine";
  long_text.text = std::string(100'000, 'x');
  long_logprobs.logprobs.assign(1'000, {.token = std::string(100, 'x'), .logprob = -1, .top = {}});
  for (const AskResult* result : {&small, &long_text, &long_logprobs}) {
    recorder.Record(AskRequest(), *result, absl::OkStatus(), absl::UnixEpoch());
  }
  EXPECT_TRUE(queue.Flush(absl::Seconds(20)).ok());
  EXPECT_EQ(queue.counters().written, 1);
  EXPECT_EQ(queue.counters().dropped, 2);
}

}  // namespace
}  // namespace attune

#include "ask/recorder.h"

#include <gtest/gtest.h>

#include "store/memory_store.h"

namespace attune {
namespace {

TEST(RecorderTest, WhatIsHeldIsCountedAgainstTheQueue) {
  const auto store = NewMemoryStore();
  InteractionQueue queue(*store, {.max_bytes = 100'000});
  Recorder recorder(queue);
  const std::string long_text(100'000, 'x');
  AskResult small, with_text, with_logprobs;
  small.text = "fine";
  with_text.text = long_text;
  with_logprobs.interaction_id = "2";
  with_logprobs.logprobs.assign(1'000, {.token = std::string(100, 'x'), .logprob = -1, .top = {}});  // not recorded
  AskRequest with_input, with_variable;
  with_input.input = long_text;
  with_variable.variables["v"] = long_text;
  recorder.Record(AskRequest(), small, absl::OkStatus(), absl::UnixEpoch());
  EXPECT_TRUE(queue.Flush(absl::Seconds(20)).ok());
  recorder.Record(AskRequest(), with_logprobs, absl::OkStatus(), absl::UnixEpoch());
  EXPECT_TRUE(queue.Flush(absl::Seconds(20)).ok());
  EXPECT_EQ(queue.counters().written, 2);
  recorder.Record(AskRequest(), with_text, absl::OkStatus(), absl::UnixEpoch());
  recorder.Record(with_input, small, absl::OkStatus(), absl::UnixEpoch());
  recorder.Record(with_variable, small, absl::OkStatus(), absl::UnixEpoch());
  EXPECT_EQ(queue.counters().dropped, 3);
}

}  // namespace
}  // namespace attune

#include "tests/ask/ask_server.h"

namespace attune {
namespace {

TEST(MinRevision, IsThereAtOnceAfterAWriteAndAfterAStart) {
  AskServer server;
  AskRequest request = Question("hello");
  request.min_revision = 1;  // the prompt `default`
  EXPECT_TRUE(server.Ask(request).ok());
  request.min_revision = server.Teach("a", "x", "y");
  const auto answer = server.Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->provenance.revision, request.min_revision);
}

TEST(MinRevision, WaitsForTheWrite) {
  AskServer server;
  AskRequest request = Question("hello");
  request.min_revision = 3;
  auto waiting = server.Start(request);
  server.Teach("a", "x", "y");
  server.Teach("b", "x", "y");
  const auto answer = waiting->Wait();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_GE(answer->provenance.revision, 3);
}

TEST(MinRevision, ThatDoesNotComeIsSaidClearlyBeforeTheDeadline) {
  AskServer server;
  AskRequest request = Question("hello");
  request.min_revision = 99;
  // Already over: no wait at all.
  const auto answer = server.Start(request, nullptr, server.clock.Now())->Wait();
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ErrorReason(answer.status()), "REVISION_NOT_REACHED");
  EXPECT_EQ(ErrorMetadata(answer.status(), "revision"), "1");
  EXPECT_EQ(ErrorMetadata(answer.status(), "min_revision"), "99");
  EXPECT_EQ(server.provider.calls(), 0u);
}

TEST(RevisionGate, AWaitEndsALittleBeforeTheDeadline) {
  const SystemClock clock;
  RevisionGate gate(clock);
  IoPool io(1);
  const absl::Time deadline = clock.Now() + absl::Milliseconds(100);
  EXPECT_EQ(ErrorReason(RunCoroutine(io, gate.Wait(1, deadline))), "REVISION_NOT_REACHED");
  EXPECT_LT(clock.Now(), deadline + absl::Seconds(5));
}

TEST(RevisionGate, OnlyTheRevisionWaitedForEndsTheWait) {
  FakeClock clock;
  RevisionGate gate(clock);
  IoPool io(1);
  std::atomic<bool> ended{false};
  Running<absl::Status> waiting(io, [&]() -> asio::awaitable<absl::Status> {
    absl::Status status = co_await gate.Wait(5, clock.Now() + absl::Hours(1));
    ended = true;
    co_return status;
  });
  gate.Reached(4);
  EXPECT_EQ(ErrorReason(RunCoroutine(io, gate.Wait(5, clock.Now()))), "REVISION_NOT_REACHED");
  EXPECT_FALSE(ended);
  gate.Reached(6);
  EXPECT_TRUE(waiting.Wait().ok());
  gate.Reached(2);
  EXPECT_TRUE(RunCoroutine(io, gate.Wait(6, clock.Now())).ok()) << "a revision is never taken back";
}

TEST(AtRevision, RebuildsTheSameBytesForEver) {
  AskServer server;
  struct Past {
    AskRequest request;
    int64_t revision;
    std::string bytes;
    std::vector<std::string> ids;
  };
  std::vector<Past> past;
  v1::PutPromptRequest put;
  put.mutable_prompt()->set_name("default");
  put.mutable_prompt()->mutable_few_shot()->set_dataset("default");
  v1::Message* message = put.mutable_prompt()->add_messages();
  message->set_role("user");
  const std::vector<std::string> topics = {"red box", "blue box", "warm soup", "cold soup", "long warranty"};
  for (int step = 0; step < 60; ++step) {
    const std::string& topic = topics[static_cast<size_t>(step) % topics.size()];
    server.Teach(StrCat("e", step % 17), StrCat("tell me of the ", topic, " ", step), StrCat("answer ", step));
    if (step % 9 == 0) {
      message->set_content(StrCat("take ", step, ": {{input}}"));
      server.Put(put);
    }
    if (step % 13 == 0) {
      v1::SetAliasRequest alias;
      alias.set_prompt("default");
      alias.set_alias("production");
      alias.set_version(1 + step % 2);
      alias.set_canary_version(1);
      alias.set_canary_share(0.3);
      server.Point(alias);
    }
    AskRequest request = Question(StrCat("what of the ", topics[static_cast<size_t>(step * 3) % topics.size()]));
    request.user = StrCat("user", step % 5);
    const auto answer = server.Ask(request);
    ASSERT_TRUE(answer.ok()) << answer.status();
    past.push_back({request, answer->provenance.revision, Bytes(server.provider.requests().back().messages),
                    answer->provenance.example_ids});
  }
  for (Past& then : past) {
    then.request.at_revision = then.revision;
    const auto rendered = server.Render(then.request);
    ASSERT_TRUE(rendered.ok()) << rendered.status();
    EXPECT_EQ(Bytes(rendered->prompt.messages), then.bytes);
    EXPECT_EQ(rendered->provenance.example_ids, then.ids);
    EXPECT_EQ(rendered->provenance.revision, then.revision);
  }
}

TEST(AtRevision, WhatCameLaterIsNotThere) {
  AskServer server;
  v1::PutPromptRequest put;
  put.mutable_prompt()->set_name("later");
  v1::Message* message = put.mutable_prompt()->add_messages();
  message->set_role("user");
  message->set_content("{{input}}");
  const int64_t revision = server.Put(put);
  AskRequest request = Question("hello");
  request.prompt = "later";
  request.at_revision = revision;
  EXPECT_TRUE(server.Ask(request).ok());
  request.at_revision = revision - 1;
  EXPECT_EQ(ErrorReason(server.Ask(request).status()), "PROMPT_NOT_FOUND");
}

}  // namespace
}  // namespace attune

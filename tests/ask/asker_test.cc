#include "tests/ask/ask_server.h"

namespace attune {
namespace {

TEST(Asker, AnswersWithFullProvenance) {
  AskServer server;
  const int64_t revision = server.Teach("warranty", "How long is the warranty?", "Two years.");
  const auto answer = server.Ask(Question("how long is the warranty of the red box"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "fake answer");
  EXPECT_EQ(answer->model, "fake/any");
  EXPECT_EQ(answer->finish_reason, FinishReason::kStop);
  EXPECT_EQ(answer->provenance.revision, revision);
  EXPECT_EQ(answer->provenance.prompt, "default");
  EXPECT_EQ(answer->provenance.prompt_version, 1);
  EXPECT_EQ(answer->provenance.dataset, "default");
  EXPECT_EQ(answer->provenance.dataset_version, 1);
  EXPECT_THAT(answer->provenance.example_ids, testing::ElementsAre("warranty"));
  EXPECT_GT(answer->coverage, 0);
  EXPECT_FALSE(answer->cached);
  EXPECT_EQ(answer->interaction_id.size(), 24u);
  EXPECT_TRUE(answer->usage.reported);
}

TEST(Asker, RecordsWhatWasAskedAndAnswered) {
  AskServer server;
  AskRequest request = Question("hello");
  request.user = "u1";
  request.labels = {{"team", "blue"}};
  request.history = {{Role::kUser, "before"}, {Role::kAssistant, "yes"}};
  const auto answer = server.Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  const auto recorded = server.Recorded();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].id(), answer->interaction_id);
  EXPECT_EQ(recorded[0].request().input(), "hello");
  EXPECT_EQ(recorded[0].request().user(), "u1");
  EXPECT_EQ(recorded[0].request().labels().at("team"), "blue");
  EXPECT_EQ(recorded[0].request().history_size(), 2);
  EXPECT_EQ(recorded[0].text(), "fake answer");
  EXPECT_EQ(recorded[0].status_code(), 0);
  EXPECT_FALSE(recorded[0].partial());
}

TEST(Asker, AnEvaluationsAskNeedNotBeRecorded) {
  AskServer server;
  AskVariant variant;
  variant.record = false;
  ASSERT_TRUE(server.Ask(Question("hello"), nullptr, variant).ok());
  EXPECT_TRUE(server.Recorded().empty());
}

TEST(Asker, SendsOverridesAndHistory) {
  AskServer server;
  server.Teach("a", "red box", "red answer");
  AskRequest request = Question("red box please");
  request.history = {{Role::kUser, "earlier"}, {Role::kAssistant, "reply"}};
  request.user = "u1";
  request.overrides.model = "fake/other";
  request.overrides.temperature = 0;
  request.overrides.max_examples = 0;
  ASSERT_TRUE(server.Ask(request).ok());
  request.overrides.max_examples.reset();
  ASSERT_TRUE(server.Ask(request).ok());
  const std::vector<ModelRequest> calls = server.provider.requests();
  EXPECT_EQ(calls[0].model, "other");
  EXPECT_EQ(calls[0].parameters.temperature, 0);
  EXPECT_EQ(calls[0].user, "u1");
  const std::string without = Bytes(calls[0].messages);
  EXPECT_THAT(without, testing::Not(testing::HasSubstr("red answer")));
  EXPECT_THAT(without, testing::HasSubstr("user: earlier\nassistant: reply\nuser: red box please\n"));
  EXPECT_THAT(Bytes(calls[1].messages),
              testing::HasSubstr(
                  "user: red box\nassistant: red answer\nuser: earlier\nassistant: reply\nuser: red box please\n"));
}

TEST(Asker, StreamsStartThenTextAndGivesTheWholeAtTheEnd) {
  AskServer server({}, std::make_unique<FakeProvider>("one two three"));
  StreamLog stream;
  const auto answer = server.Ask(Question("hello"), &stream);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(stream.starts.size(), 1u);
  EXPECT_EQ(stream.starts[0].interaction_id, answer->interaction_id);
  EXPECT_EQ(stream.starts[0].provenance.revision, answer->provenance.revision);
  EXPECT_THAT(stream.deltas, testing::ElementsAre("one", " two", " three"));
  EXPECT_EQ(answer->text, "one two three");
}

TEST(Asker, RefusesWhatCannotBeRightAndCallsNobody) {
  struct Case {
    std::string reason;
    std::function<void(AskRequest&)> spoil;
  };
  const std::vector<Case> cases = {
      {"PROMPT_NOT_FOUND", [](AskRequest& r) { r.prompt = "defaults"; }},
      {"BAD_NAME", [](AskRequest& r) { r.prompt = "Default"; }},
      {"VERSION_NOT_FOUND", [](AskRequest& r) { r.prompt = "default@2"; }},
      {"ALIAS_NOT_FOUND", [](AskRequest& r) { r.prompt = "default@beta"; }},
      {"TOO_LARGE", [](AskRequest& r) { r.prompt = std::string(kMaxReferenceBytes + 1, 'x'); }},
      {"MISSING_INPUT", [](AskRequest& r) { r.input = ""; }},
      {"TOO_LARGE", [](AskRequest& r) { r.input = std::string(kMaxInputBytes + 1, 'x'); }},
      {"TOO_LARGE", [](AskRequest& r) { r.user = std::string(kMaxUserBytes + 1, 'x'); }},
      {"TOO_LARGE", [](AskRequest& r) { r.request_id = std::string(129, 'x'); }},
      {"TOO_LARGE", [](AskRequest& r) { r.history.resize(kMaxHistoryMessages + 1); }},
      {"TOO_LARGE",
       [](AskRequest& r) {
         r.history = {{Role::kUser, std::string(kMaxHistoryBytes + 1, 'x')}};
       }},
      {"TOO_LARGE",
       [](AskRequest& r) {
         r.variables = {{"a", std::string(kMaxVariablesBytes, 'x')}};
       }},
      {"TOO_LARGE",
       [](AskRequest& r) {
         r.labels = {{"a", std::string(kMaxAskLabelBytes + 1, 'x')}};
       }},
      {"UNDECLARED_VARIABLE",
       [](AskRequest& r) {
         r.variables = {{"a", "x"}};
       }},
      {"BAD_PARAMETER", [](AskRequest& r) { r.overrides.temperature = 3; }},
      {"BAD_PARAMETER", [](AskRequest& r) { r.overrides.model = "gpt"; }},
      {"PROVIDER_NOT_FOUND", [](AskRequest& r) { r.overrides.model = "nobody/gpt"; }},
      {"BAD_REVISION", [](AskRequest& r) { r.min_revision = -1; }},
      {"BAD_REVISION", [](AskRequest& r) { r.at_revision = -1; }},
      {"BAD_REVISION", [](AskRequest& r) { r.at_revision = 99; }},
  };
  AskServer server;
  for (const Case& bad : cases) {
    AskRequest request = Question("hello");
    bad.spoil(request);
    EXPECT_EQ(ErrorReason(server.Ask(request).status()), bad.reason);
  }
  EXPECT_EQ(server.provider.calls(), 0u);
  EXPECT_EQ(server.asker.counters().failed, static_cast<int64_t>(cases.size()));
  EXPECT_EQ(server.asker.counters().in_flight, 0);
}

TEST(Asker, RecordsFailuresOfWellFormedRequests) {
  AskServer server;
  AskRequest request = Question("hello");
  request.overrides.model = "nobody/gpt";
  ASSERT_FALSE(server.Ask(request).ok());
  request.input = std::string(kMaxInputBytes + 1, 'x');
  ASSERT_FALSE(server.Ask(request).ok());
  const auto recorded = server.Recorded();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].status_code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(recorded[0].provenance().prompt(), "default");
  EXPECT_EQ(recorded[0].text(), "");
}

TEST(Asker, AProvidersErrorIsTheAnswersError) {
  AskServer server({}, std::make_unique<FakeProvider>([](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
                     return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE")
                         .Message("down")
                         .RetryAfter(absl::Seconds(3));
                   }));
  const auto answer = server.Ask(Question("hello"));
  EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_UNAVAILABLE");
  EXPECT_TRUE(answer.status().GetPayload(AbslView(kRetryInfoUrl)).has_value());
  EXPECT_EQ(server.Recorded()[0].status_code(), static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_EQ(server.Recorded()[0].status_message(), "down");
}

TEST(Asker, MoreThanTheLimitAreRefused) {
  AskOptions options;
  options.max_in_flight = 2;
  AskServer server(options);
  server.provider.Hold();
  auto one = server.Start(Question("1"));
  auto two = server.Start(Question("2"));
  ASSERT_TRUE(server.provider.WaitForInFlight(2));
  const absl::Status status = server.Ask(Question("3")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "OVERLOADED");
  EXPECT_TRUE(status.GetPayload(AbslView(kRetryInfoUrl)).has_value());
  EXPECT_TRUE(status.GetPayload(AbslView(kQuotaFailureUrl)).has_value());
  server.provider.Release();
  EXPECT_TRUE(one->Wait().ok());
  EXPECT_TRUE(two->Wait().ok());
  EXPECT_TRUE(server.Ask(Question("4")).ok());
  EXPECT_EQ(server.asker.counters().in_flight, 0);
}

TEST(Asker, TheCallersDeadlineGoesToTheProvider) {
  AskServer server;
  const absl::Time now = server.clock.Now();
  ASSERT_TRUE(server.Start(Question("a"), nullptr, now + absl::Minutes(5))->Wait().ok());
  ASSERT_TRUE(server.Ask(Question("b")).ok());
  EXPECT_EQ(server.provider.requests()[0].deadline, now + absl::Minutes(5));
  EXPECT_EQ(server.provider.requests()[1].deadline, now + server.asker.options().default_deadline);
}

TEST(Asker, RenderShowsWhatAskSends) {
  AskServer server;
  server.Teach("a", "red box", "red answer");
  AskRequest request = Question("the red box");
  const auto rendered = server.Render(request);
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  EXPECT_EQ(server.provider.calls(), 0u);
  ASSERT_TRUE(server.Ask(request).ok());
  EXPECT_EQ(Bytes(rendered->prompt.messages), Bytes(server.provider.requests()[0].messages));
  EXPECT_EQ(rendered->parameters.model, "fake/any");
  request.min_revision = 3;
  EXPECT_EQ(ErrorReason(server.Render(request).status()), "REVISION_NOT_REACHED");
  request.min_revision = 2;
  EXPECT_TRUE(server.Render(request).ok());
}

TEST(Asker, CanarySidesStick) {
  AskServer server;
  v1::PutPromptRequest put;
  put.mutable_prompt()->set_name("faq");
  v1::Message* message = put.mutable_prompt()->add_messages();
  message->set_role("user");
  for (const char* text : {"one {{input}}", "two {{input}}"}) {
    message->set_content(text);
    server.Put(put);
  }
  v1::SetAliasRequest alias;
  alias.set_prompt("faq");
  alias.set_alias("production");
  alias.set_version(1);
  alias.set_canary_version(2);
  alias.set_canary_share(0.5);
  server.Point(alias);
  std::set<int64_t> sides;
  for (int user = 0; user < 30; ++user) {
    AskRequest request = Question("hello");
    request.prompt = "faq";
    request.user = StrCat("user", user);
    const int64_t side = server.Ask(request)->provenance.prompt_version;
    request.input = "something else";
    EXPECT_EQ(server.Ask(request)->provenance.prompt_version, side);
    sides.insert(side);
  }
  EXPECT_EQ(sides.size(), 2u);
}

}  // namespace
}  // namespace attune

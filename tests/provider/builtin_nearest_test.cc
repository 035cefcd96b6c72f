#include "provider/builtin_nearest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/nearest_turn.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

ModelRequest Conversation(const std::vector<std::pair<std::string, std::string>>& turns, const std::string& question) {
  ModelRequest request;
  request.model = "nearest";
  request.messages.push_back({Role::kSystem, "Answer shortly. warranty refund"});
  for (const auto& [user, assistant] : turns) {
    request.messages.push_back({Role::kUser, user});
    request.messages.push_back({Role::kAssistant, assistant});
  }
  request.messages.push_back({Role::kUser, question});
  return request;
}

const std::vector<std::pair<std::string, std::string>>& Faq() {
  static const std::vector<std::pair<std::string, std::string>> faq = {
      {"What is the warranty period for Product X?", "Two years from the date of purchase."},
      {"How do I reset my password?", "Use the link on the sign-in page."},
      {"Which countries do you ship to?", "All of Europe."},
  };
  return faq;
}

AnswerOr Answer(const ModelRequest& request, TextSink* sink = nullptr) {
  IoPool pool(1);
  BuiltinNearest nearest;
  return Generate(pool, nearest, request, sink);
}

TEST(BuiltinNearestTest, ReturnsTheAnswerToTheNearestEarlierTurn) {
  EXPECT_EQ(Answer(Conversation(Faq(), "how long is the warranty on product X"))->text,
            "Two years from the date of purchase.");
  EXPECT_EQ(Answer(Conversation(Faq(), "I forgot my password"))->text, "Use the link on the sign-in page.");
  EXPECT_EQ(Answer(Conversation(Faq(), "shipping countries"))->text, "All of Europe.");
}

TEST(BuiltinNearestTest, SaysThatItDoesNotKnow) {
  EXPECT_EQ(Answer(Conversation(Faq(), "Tell me about quantum chromodynamics"))->text, kDoNotKnow);
  EXPECT_EQ(Answer(Conversation({}, "How do I reset my password?"))->text, kDoNotKnow);
  EXPECT_EQ(Answer(Conversation(Faq(), ""))->text, kDoNotKnow);
  EXPECT_EQ(Answer(Conversation(Faq(), "?!"))->text, kDoNotKnow);
}

TEST(BuiltinNearestTest, TheLaterOfEquallyNearTurnsWins) {
  EXPECT_EQ(
      Answer(Conversation({{"reset password", "old"}, {"ship", "no"}, {"reset password", "new"}}, "reset password"))
          ->text,
      "new");
}

TEST(BuiltinNearestTest, NearTurnsWithOneAnswerOutvoteANearerOne) {
  const std::vector<std::pair<std::string, std::string>> turns = {
      {"reset the password of my account", "reset"},
      {"my account has a new password", "reset"},
      {"a password for my account in the app", "app"},
      {"closing time", "late"},
  };
  EXPECT_EQ(Answer(Conversation({turns[0], turns[2], turns[3]}, "password for my account in an app"))->text, "app");
  EXPECT_EQ(Answer(Conversation(turns, "which password for my account"))->text, "reset");
  // Turns that are not near have no vote, and none of them outvotes the question itself.
  EXPECT_EQ(Answer(Conversation({turns[2], {"x", "y"}, {"z", "y"}, {"w", "y"}}, "password, my account"))->text, "app");
  EXPECT_EQ(Answer(Conversation({{"reset my password", "itself"},
                                 {"reset my password now", "more"},
                                 {"reset my password please", "more"},
                                 {"do reset my password", "more"}},
                                "Reset my password!"))
                ->text,
            "itself");
}

TEST(BuiltinNearestTest, OnlyAnsweredTurnsBeforeTheQuestionCount) {
  ModelRequest request = Conversation({{"reset password", "yes"}}, "reset password now");
  request.messages.insert(request.messages.begin(), {Role::kUser, "reset password now"});  // nobody answered it
  EXPECT_EQ(Answer(request)->text, "yes");
  request.messages.push_back({Role::kAssistant, "a prefilled start"});
  EXPECT_EQ(Answer(request)->text, "yes");
}

TEST(BuiltinNearestTest, FillsTheRestOfTheAnswer) {
  const AnswerOr answer = Answer(Conversation({{"abcd", "12345678"}}, "abcd"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->model, "nearest");
  EXPECT_EQ(answer->finish_reason, FinishReason::kStop);
  EXPECT_TRUE(answer->usage.reported);
  EXPECT_EQ(answer->usage.output_tokens, 2);
  EXPECT_EQ(answer->usage.input_tokens, 8 + 1 + 2 + 1);
}

TEST(BuiltinNearestTest, StreamsWordByWord) {
  KeepingTextSink sink;
  const AnswerOr answer = Answer(Conversation({{"abcd", " one  two\nthree four"}}, "abcd"), &sink);
  EXPECT_EQ(sink.text(), answer->text);
  EXPECT_THAT(sink.deltas, testing::ElementsAre(" one", " ", " two\nthree", " four"));
}

TEST(BuiltinNearestTest, ReturnsTheSinksError) {
  KeepingTextSink sink;
  sink.result = absl::AbortedError("enough");
  EXPECT_EQ(Answer(Conversation({{"abcd", "one two"}}, "abcd"), &sink).status(), absl::AbortedError("enough"));
  EXPECT_EQ(sink.deltas.size(), 1u);
}

TEST(BuiltinNearestTest, ObeysTheLimits) {
  ModelRequest request = Conversation({{"abcd", "123\u00e9567890. rest"}}, "abcd");
  request.parameters.max_tokens = 1;
  EXPECT_EQ(Answer(request)->text, "123");  // not within a character
  EXPECT_EQ(Answer(request)->finish_reason, FinishReason::kLength);
  request.parameters.max_tokens = 100;
  request.parameters.stop = {"!", "."};
  EXPECT_EQ(Answer(request)->text, "123\u00e9567890");
  EXPECT_EQ(Answer(request)->finish_reason, FinishReason::kStop);
}

TEST(BuiltinNearestTest, RefusesWhatItCannotAnswer) {
  ModelRequest request = Conversation({}, "q");
  request.model = "farthest";
  EXPECT_EQ(ErrorReason(Answer(request).status()), "MODEL_NOT_FOUND");
  request.model = "nearest";
  request.messages.resize(1);
  EXPECT_EQ(ErrorReason(Answer(request).status()), "NO_USER_MESSAGE");
}

}  // namespace
}  // namespace attune

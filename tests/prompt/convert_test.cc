#include "prompt/convert.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace attune {
namespace {

TEST(Convert, ParametersComeBackAsTheyWere) {
  const Parameters all = {.model = "openai/x",
                          .temperature = 0.5,
                          .top_p = 0.9,
                          .max_tokens = 7,
                          .stop = {"a", "b"},
                          .seed = -3,
                          .max_examples = 2};
  EXPECT_EQ(ParametersFromProto(ToProto(all)), all);
  EXPECT_EQ(ParametersFromProto(ToProto(Parameters())), Parameters());
  // 0 and "not set" differ.
  const Parameters zero = {.model = "", .temperature = 0, .top_p = 0, .max_tokens = 0, .seed = 0, .max_examples = 0};
  EXPECT_EQ(ParametersFromProto(ToProto(zero)), zero);
}

TEST(Convert, MessagesHaveTheRolesOfTheWire) {
  for (const Role role : {Role::kSystem, Role::kDeveloper, Role::kUser, Role::kAssistant}) {
    const Message message = {role, "text"};
    const auto back = MessageFromProto(ToProto(message), "history[0]");
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, message);
  }
  v1::Message unknown;
  unknown.set_role("User");
  const absl::Status status = MessageFromProto(unknown, "history[3]").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(status), "BAD_ROLE");
  EXPECT_EQ(ErrorMetadata(status, "field"), "history[3].role");
}

TEST(Convert, StrategiesComeBackAndUnspecifiedIsLexical) {
  for (const Strategy strategy : {Strategy::kFixed, Strategy::kRandom, Strategy::kLexical}) {
    EXPECT_EQ(*StrategyFromProto(ToProto(strategy), "f"), strategy);
  }
  EXPECT_EQ(*StrategyFromProto(v1::STRATEGY_UNSPECIFIED, "f"), Strategy::kLexical);
  const absl::Status status = StrategyFromProto(static_cast<v1::Strategy>(99), "prompt.few_shot.strategy").status();
  EXPECT_EQ(ErrorReason(status), "BAD_FEW_SHOT");
  EXPECT_EQ(ErrorMetadata(status, "field"), "prompt.few_shot.strategy");
}

TEST(Convert, ChoicesComeBackAndUnspecifiedIsMmr) {
  for (const Choice choice : {Choice::kMmr, Choice::kTermCover})
    EXPECT_EQ(*ChoiceFromProto(ToProto(choice), "f"), choice);
  EXPECT_EQ(*ChoiceFromProto(v1::CHOICE_UNSPECIFIED, "f"), Choice::kMmr);
  const absl::Status status = ChoiceFromProto(static_cast<v1::Choice>(99), "prompt.few_shot.choice").status();
  EXPECT_EQ(ErrorReason(status), "BAD_FEW_SHOT");
  EXPECT_EQ(ErrorMetadata(status, "field"), "prompt.few_shot.choice");
}

}  // namespace
}  // namespace attune

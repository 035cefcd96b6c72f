#include "base/message.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(Role, NamesAreThoseOfTheWire) {
  for (const Role role : {Role::kSystem, Role::kDeveloper, Role::kUser, Role::kAssistant}) {
    EXPECT_EQ(ParseRole(RoleName(role)), role);
  }
  EXPECT_EQ(RoleName(Role::kAssistant), "assistant");
  EXPECT_FALSE(ParseRole("tool").has_value());
}

TEST(Parameters, OverridesWinFieldByFieldAndZeroIsAValue) {
  Parameters base;
  base.model = "a/b";
  base.temperature = 0.7;
  base.stop = {"x"};
  Parameters over;
  over.temperature = 0;
  over.max_tokens = 5;
  const Parameters merged = Merge(base, over);
  EXPECT_EQ(merged.model, "a/b");
  EXPECT_EQ(merged.temperature, 0);
  EXPECT_EQ(merged.max_tokens, 5);
  EXPECT_EQ(merged.stop, std::vector<std::string>{"x"});
  EXPECT_FALSE(merged.seed.has_value());
  over.stop = {"y"};
  EXPECT_EQ(Merge(base, over).stop, std::vector<std::string>{"y"});
}

}  // namespace
}  // namespace attune

#include "base/last_owner.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(LastOwner, FreesWhatNobodyElseHas) {
  const auto stays = std::make_shared<const int>(1);
  auto held = std::make_shared<const int>(2), alone = std::make_shared<const int>(3);
  const std::weak_ptr<const int> of_held = held, of_alone = alone;
  LastOwner owner;
  owner.Keep({stays, held, alone, nullptr}, {stays});
  owner.Keep({held}, {});
  EXPECT_EQ(stays.use_count(), 1) << "it is in use";
  EXPECT_EQ(held.use_count(), 2) << "once";
  alone.reset();
  EXPECT_FALSE(of_alone.expired());
  owner.Free();
  EXPECT_TRUE(of_alone.expired());
  EXPECT_FALSE(owner.empty());
  held.reset();
  EXPECT_FALSE(of_held.expired()) << "who held it is not the one who frees it";
  owner.Free();
  EXPECT_TRUE(of_held.expired());
  EXPECT_TRUE(owner.empty());
}

}  // namespace
}  // namespace attune

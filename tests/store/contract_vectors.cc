#include <cmath>
#include <limits>

#include "tests/store/store_contract.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContract, VectorsAreFoundByTheirKeysBitForBit) {
  const std::vector<float> odd = {-0.0F, std::numeric_limits<float>::denorm_min(), 1.0F / 3, -1e30F};
  ASSERT_TRUE(store().PutVectors({{"a", odd}, {AllBytes(), {2}}}).ok());
  ASSERT_TRUE(store().PutVectors({}).ok());
  const auto found = store().GetVectors({AllBytes(), "nobody", "a", "a"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->damaged, 0);
  EXPECT_THAT(found->vectors, ElementsAre(ElementsAre(2), IsEmpty(), odd, odd));
  EXPECT_TRUE(std::signbit(found->vectors[2][0]));
  EXPECT_THAT(store().GetVectors({})->vectors, IsEmpty());
}

TEST_P(StoreContract, AVectorIsReplaced) {
  ASSERT_TRUE(store().PutVectors({{"a", {1, 2, 3}}, {"b", {4}}}).ok());
  ASSERT_TRUE(store().PutVectors({{"a", {5}}}).ok());
  EXPECT_THAT(store().GetVectors({"a", "b"})->vectors, ElementsAre(ElementsAre(5), ElementsAre(4)));
}

TEST_P(StoreContract, VectorsAreNoPartOfTheCatalogLog) {
  ASSERT_TRUE(store().PutVectors({{"a", {1}}}).ok());
  EXPECT_EQ(Log(), "");
}

}  // namespace
}  // namespace attune

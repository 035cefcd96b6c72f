#include "provider/vendor_json.h"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"

namespace attune {
namespace {

size_t CapacityAfter(size_t bytes) {
  {
    const ParserOfThread parser;
    JsonObject root;
    EXPECT_TRUE(ParseObject(*parser, StrCat(R"({"text":")", std::string(bytes, 'x'), "\"}"), root));
    EXPECT_EQ(TextField(root, "text").size(), bytes);
  }
  return (*ParserOfThread()).capacity();
}

TEST(ParserOfThread, KeepsTheBuffersOfUsualTexts) {
  const size_t usual = CapacityAfter(10'000);
  EXPECT_GE(usual, 10'000u);
  EXPECT_EQ(CapacityAfter(10), usual);
  EXPECT_EQ(CapacityAfter(1'000'000), 0u);
  EXPECT_GE(CapacityAfter(10'000), 10'000u);
}

}  // namespace
}  // namespace attune

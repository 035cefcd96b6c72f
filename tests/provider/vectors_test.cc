#include "provider/vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/provider/embed_wire.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> Read(const std::string& value) {
  simdjson::dom::parser parser;
  JsonObject root;
  EXPECT_TRUE(ParseObject(parser, "{\"v\":" + value + "}", root)) << value;
  return VectorField(root, "v");
}

TEST(VectorsTest, ReadsNumbersAndBase64) {
  const std::vector<float> numbers = {0.5F, -2, 0, 1e-40F, std::numeric_limits<float>::max()};
  EXPECT_EQ(Read("[0.5,-2,0,1e-40,3.4028234663852886e38]"), numbers);
  EXPECT_EQ(Read("\"" + Base64Of(numbers) + "\""), numbers);
  EXPECT_THAT(Read("\"AACAPwAAAMA=\""), ElementsAre(1, -2)) << "little-endian, whatever this machine is";
  EXPECT_THAT(Read("[1e300,-1]"), ElementsAre(kInfinity, -1));
  EXPECT_TRUE(std::isnan(Read("\"AADAfw==\"").at(0)));
}

TEST(VectorsTest, WhatIsNoVectorReadsAsEmpty) {
  for (const char* bad : {"null", "{}", "1", "true", "[]", "\"\"", "[1,null]", "[1,\"2\"]", "[[1]]", "[1,{}]",
                          "\"AACAPw=\"", "\"AACA\"", "\"?!\"", "\"AACAPwAA\""}) {
    EXPECT_THAT(Read(bad), IsEmpty()) << bad;
  }
}

std::vector<FoundVector> Found(const Vectors& vectors) {
  std::vector<FoundVector> found;
  for (const auto& vector : vectors) found.push_back({static_cast<int64_t>(found.size()), vector});
  return found;
}

TEST(VectorsTest, TheIndexChoosesThePlace) {
  std::string what;
  const auto vectors = ArrangeVectors({{2, {0, 0, 1}}, {0, {1, 0, 0}}, {1, {0, 1, 0}}}, 3, 3, what);
  ASSERT_TRUE(vectors) << what;
  EXPECT_THAT(*vectors, ElementsAre(ElementsAre(1, 0, 0), ElementsAre(0, 1, 0), ElementsAre(0, 0, 1)));
  EXPECT_TRUE(ArrangeVectors({}, 0, std::nullopt, what));
}

TEST(VectorsTest, AllGetLengthOneAndThoseThatHaveItKeepTheirBits) {
  std::string what;
  const std::vector<float> unit = {0.6F, 0.8000001F};
  const auto vectors = ArrangeVectors(Found({{3, 4}, unit, {1e-30F, 0}, {-3e38F, 3e38F}}), 4, std::nullopt, what);
  ASSERT_TRUE(vectors) << what;
  EXPECT_THAT((*vectors)[0], ElementsAre(FloatEq(0.6F), FloatEq(0.8F)));
  EXPECT_EQ((*vectors)[1], unit);
  EXPECT_THAT((*vectors)[2], ElementsAre(1, 0));
  EXPECT_THAT((*vectors)[3], ElementsAre(FloatEq(-std::sqrt(0.5F)), FloatEq(std::sqrt(0.5F))));
}

struct Case {
  std::vector<FoundVector> found;
  std::optional<int32_t> dimensions;
  const char* what;
};

TEST(VectorsTest, NamesWhatIsWrong) {
  const std::vector<Case> cases = {
      {{{0, {1}}}, {}, "it holds 1 vectors for 2 texts"},
      {{{0, {1}}, {1, {1}}, {2, {1}}}, {}, "it holds 3 vectors for 2 texts"},
      {{{0, {1}}, {std::nullopt, {1}}}, {}, "does not say which text"},
      {{{0, {1}}, {0, {1}}}, {}, "text 0 has two vectors"},
      {{{0, {1}}, {2, {1}}}, {}, "text 2 of 2"},
      {{{-1, {1}}, {1, {1}}}, {}, "text -1 of 2"},
      {{{0, {}}, {1, {1}}}, {}, "the vector of text 0 is empty"},
      {{{0, {1}}, {1, {}}}, {}, "the vector of text 1 is empty"},
      {{{1, {1, 0}}, {0, {1}}}, {}, "the vector of text 0 has 1 numbers and not 2"},
      {{{0, {1, 0}}, {1, {1, 0}}}, 3, "the vector of text 0 has 2 numbers and not 3"},
      {{{0, {1, 0}}, {1, {0, 0}}}, {}, "the vector of text 1 is all zeros"},
      {{{0, {1, kInfinity}}, {1, {0, 1}}}, {}, "the vector of text 0 is all zeros or has a number that is not finite"},
      {{{0, {1, std::nanf("")}}, {1, {0, 1}}}, {}, "not finite"},
  };
  for (const Case& c : cases) {
    std::string what;
    EXPECT_FALSE(ArrangeVectors(c.found, 2, c.dimensions, what)) << c.what;
    EXPECT_THAT(what, HasSubstr(c.what));
  }
}

}  // namespace
}  // namespace attune

#include "provider/embed_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/provider/embed_wire.h"

namespace attune {
namespace {

using absl::StatusCode;

constexpr EmbedLimits kLimits = {.texts = 3, .bytes = 10, .numbers = 100};

TEST(EmbedLimitsTest, ABadTextIsNamedByItsIndex) {
  const absl::Status empty = CheckEmbedRequest(EmbedTexts({"a", "", "b"}), kLimits);
  EXPECT_EQ(empty.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(empty), "EMPTY_TEXT");
  EXPECT_EQ(ErrorMetadata(empty, "index"), "1");
  EXPECT_THAT(std::string(empty.message()), testing::HasSubstr("texts[1]"));
  const absl::Status is_long = CheckEmbedRequest(EmbedTexts({"0123456789", "01234567890"}), kLimits);
  EXPECT_EQ(is_long.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(is_long), "TEXT_TOO_LONG");
  EXPECT_EQ(ErrorMetadata(is_long, "index"), "1");
  EXPECT_TRUE(CheckEmbedRequest(EmbedTexts({}), kLimits).ok());
  EXPECT_TRUE(CheckEmbedRequest(EmbedTexts({"a", "b", "c", "d", " "}), kLimits).ok()) << "any number";
}

TEST(EmbedLimitsTest, DimensionsHaveARange) {
  for (const int32_t dimensions : {-1, 0, 1, kMaxEmbedDimensions, kMaxEmbedDimensions + 1}) {
    EmbedRequest request = EmbedTexts({"a"});
    request.dimensions = dimensions;
    const bool good = dimensions == 1 || dimensions == kMaxEmbedDimensions;
    EXPECT_EQ(ErrorReason(CheckEmbedRequest(request, kLimits)), good ? "" : "BAD_DIMENSIONS") << dimensions;
  }
}

TEST(EmbedLimitsTest, OneRequestHoldsAsMuchAsTheLimitsAllow) {
  EXPECT_TRUE(CheckOneBatch(EmbedTexts({"0123", "4567", "89"}), kLimits).ok());
  for (const EmbedRequest& request : {EmbedTexts({"a", "b", "c", "d"}), EmbedTexts({"012345", "67890"})}) {
    const absl::Status status = CheckOneBatch(request, kLimits);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(ErrorReason(status), "TOO_MANY_TEXTS");
  }
}

struct Case {
  std::vector<std::string_view> texts;
  size_t dimensions;
  std::vector<size_t> sizes;  // of the batches
};

TEST(EmbedLimitsTest, BatchesAreAsLongAsTheLimitsAllow) {
  const std::vector<Case> cases = {
      {{"a"}, 1, {1}},
      {{"a", "b", "c"}, 1, {3}},
      {{"a", "b", "c", "d"}, 1, {3, 1}},
      {{"01234", "56789"}, 1, {2}},
      {{"01234", "567890"}, 1, {1, 1}},
      {{"0123456789", "0123456789"}, 1, {1, 1}},
      {{"01234567890 too long", "a", "b"}, 1, {1, 2}},
      {{"a", "b", "c"}, 33, {3}},
      {{"a", "b", "c"}, 34, {2, 1}},
      {{"a", "b"}, 51, {1, 1}},
      {{"a", "b"}, 1'000, {1, 1}},
      {{"a", "b", "c", "d"}, 0, {3, 1}},
  };
  for (const Case& c : cases) {
    std::vector<size_t> sizes;
    for (size_t begin = 0; begin < c.texts.size(); begin += sizes.back()) {
      const size_t end = BatchEnd(c.texts, begin, c.dimensions, kLimits);
      ASSERT_GT(end, begin);
      sizes.push_back(end - begin);
    }
    EXPECT_EQ(sizes, c.sizes) << testing::PrintToString(c.texts) << " of dimension " << c.dimensions;
  }
}

}  // namespace
}  // namespace attune

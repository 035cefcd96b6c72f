#include "provider/hash_embedding.h"

#include <cmath>

#include "tests/provider/provider_call.h"

namespace attune {
namespace {

double Product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

double Likeness(std::string_view a, std::string_view b, int32_t dimensions = kHashEmbeddingDimensions) {
  return Product(HashEmbedding(a, dimensions), HashEmbedding(b, dimensions));
}

TEST(HashEmbedding, IsOfLengthOneWhateverTheText) {
  for (const std::string_view text : {"where is my card", "WHERE", "?!", " ", "é", "卡在哪里", "a a a a"}) {
    for (const int32_t dimensions : {1, 7, 256, 1000}) {
      EXPECT_NEAR(Likeness(text, text, dimensions), 1, 1e-5) << text << " in " << dimensions;
    }
  }
}

TEST(HashEmbedding, IsTheSameForTheSameTermsAndNearForSharedOnes) {
  EXPECT_EQ(HashEmbedding("Where is my card?", 256), HashEmbedding("where IS my càrd", 256));
  EXPECT_GT(Likeness("where is my card", "where are my cards"), 0.4);
  EXPECT_LT(std::abs(Likeness("where is my card", "transfer fee too high")), 0.3);
  EXPECT_NE(HashEmbedding("?!", 256), HashEmbedding("...", 256));
}

TEST(HashEmbedding, CollisionsCancelOutOnAverage) {
  double sum = 0;
  constexpr int kPairs = 2'000;
  for (int i = 0; i < kPairs; ++i) sum += Likeness(StrCat("left", i * 7919), StrCat("right", i * 104729), 16);
  EXPECT_LT(std::abs(sum / kPairs), 0.05);  // all signs alike would give about 0.5
}

class HashEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<Embeddings> Embed(const EmbedRequest& request) {
    return RunCoroutine(pool_, embedder_.Embed(request));
  }
  IoPool pool_{1};
  HashEmbedder embedder_;
};

TEST_F(HashEmbedderTest, AnswersEveryTextInItsPlace) {
  const auto answer = Embed({.model = "hash-embedding", .texts = {"one text", "another"}, .dimensions = 12});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->vectors, testing::ElementsAre(HashEmbedding("one text", 12), HashEmbedding("another", 12)));
  EXPECT_EQ(answer->usage.input_tokens, 4);
  EXPECT_EQ(Embed({.model = "hash-embedding", .texts = {"one text"}})->vectors.front().size(), 256U);
}

TEST_F(HashEmbedderTest, RefusesAnotherModelAndWhatNoEmbedderTakes) {
  EXPECT_EQ(ErrorReason(Embed({.model = "nearest", .texts = {"text"}}).status()), "MODEL_NOT_FOUND");
  EXPECT_EQ(ErrorReason(Embed({.model = "hash-embedding", .texts = {""}}).status()), "EMPTY_TEXT");
  EXPECT_FALSE(embedder_.MayKnow("nearest"));
}

}  // namespace
}  // namespace attune

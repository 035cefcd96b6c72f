#include "provider/batch_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "provider/gemini_embeddings.h"
#include "provider/openai_embeddings.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/provider/embed_wire.h"
#include "tests/provider/failures.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BatchEmbedderTest : public testing::Test {
 protected:
  EmbeddingsOr Call(const EmbedRequest& request, EmbedLimits limits = {.texts = 2},
                    std::unique_ptr<FakeEmbedder> vendor = std::make_unique<FakeEmbedder>(8)) {
    vendor_ = vendor.get();
    embedder_ = std::make_unique<BatchEmbedder>("vendor", std::move(vendor), limits);
    return Embed(pool_, *embedder_, request);
  }
  // The sizes of the batches that the vendor was asked for.
  std::vector<size_t> Sizes() const {
    std::vector<size_t> sizes;
    for (const auto& asked : vendor_->requests()) sizes.push_back(asked.texts.size());
    return sizes;
  }
  // Fails in call `number`, from 0.
  std::unique_ptr<FakeEmbedder> FailsIn(size_t number, const absl::Status& failure) {
    return std::make_unique<FakeEmbedder>([this, number, failure](const EmbedRequest& request) -> EmbeddingsOr {
      if (vendor_->requests().size() == number + 1) return failure;
      return FakeEmbedder::AnswerFor(request, 8);
    });
  }
  // Gives call k vectors of dimension dimensions[k].
  std::unique_ptr<FakeEmbedder> AnswersWith(std::vector<size_t> dimensions) {
    return std::make_unique<FakeEmbedder>([this, dimensions](const EmbedRequest& request) -> EmbeddingsOr {
      return FakeEmbedder::AnswerFor(request, dimensions.at(vendor_->requests().size() - 1));
    });
  }

  IoPool pool_{1};
  FakeEmbedder* vendor_ = nullptr;
  std::unique_ptr<BatchEmbedder> embedder_;
};

TEST_F(BatchEmbedderTest, TheVectorsAreInTheOrderOfTheTexts) {
  EmbedRequest request = EmbedTexts({"a", "b", "c", "d", "e"});
  request.dimensions = 16;
  request.deadline = absl::FromUnixSeconds(5);
  const EmbeddingsOr answer = Call(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->vectors.size(), 5u);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(answer->vectors[i], FakeEmbedder::VectorOf(request.texts[i], 16)) << i;
  EXPECT_EQ(answer->model, "m");
  EXPECT_EQ(answer->usage.input_tokens, 5);
  EXPECT_TRUE(answer->usage.reported);
  EXPECT_EQ(answer->attempts, 3);
  EXPECT_THAT(Sizes(), ElementsAre(2, 2, 1));
  for (const auto& asked : vendor_->requests()) {
    EXPECT_EQ(asked.model, "m");
    EXPECT_EQ(asked.dimensions, 16);
    EXPECT_EQ(asked.deadline, request.deadline);
  }
}

TEST_F(BatchEmbedderTest, CutsAtTheVendorsLimits) {
  EmbedRequest many = EmbedTexts(std::vector<std::string_view>(2'049, "a"));
  many.dimensions = 8;
  ASSERT_TRUE(Call(many, OpenAiEmbeddings().Limits()).ok());
  EXPECT_THAT(Sizes(), ElementsAre(2'048, 1));
  const std::string third(100'000, 'x');
  ASSERT_TRUE(Call(EmbedTexts({third, third, third, "a"}), OpenAiEmbeddings().Limits()).ok());
  EXPECT_THAT(Sizes(), ElementsAre(3, 1));
  ASSERT_TRUE(Call(EmbedTexts(std::vector<std::string_view>(201, "a")), GeminiEmbeddings().Limits()).ok());
  EXPECT_THAT(Sizes(), ElementsAre(100, 100, 1));
}

TEST_F(BatchEmbedderTest, TheFirstAnswerTellsHowManyVectorsFitTheNext) {
  const EmbedLimits limits = {.texts = 1'000, .numbers = 2 * kLikelyDimensions};
  const EmbedRequest request = EmbedTexts(std::vector<std::string_view>(100, "a"));
  ASSERT_TRUE(Call(request, limits, std::make_unique<FakeEmbedder>(kLikelyDimensions / 16)).ok());
  EXPECT_THAT(Sizes(), ElementsAre(2, 32, 32, 32, 2));
}

TEST_F(BatchEmbedderTest, ABadTextIsRefusedBeforeAnythingIsSent) {
  EmbedRequest request = EmbedTexts({"a", "b", "c", ""});
  const absl::Status status = Call(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorReason(status), "EMPTY_TEXT");
  EXPECT_EQ(ErrorMetadata(status, "index"), "3");
  EXPECT_THAT(Sizes(), IsEmpty());
}

TEST_F(BatchEmbedderTest, WithoutTextsNobodyIsAsked) {
  const EmbeddingsOr answer = Call(EmbedTexts({}));
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->vectors, IsEmpty());
  EXPECT_FALSE(answer->usage.reported);
  EXPECT_EQ(answer->attempts, 0);
  EXPECT_THAT(Sizes(), IsEmpty());
}

TEST_F(BatchEmbedderTest, AFailureNamesItsBatchAndEndsTheCall) {
  const EmbedRequest request = EmbedTexts({"a", "b", "c", "d", "e"});
  const absl::Status status = Call(request, {.texts = 2}, FailsIn(1, Unavailable())).status();
  EXPECT_EQ(ErrorReason(status), "PROVIDER_UNAVAILABLE");
  EXPECT_TRUE(RetryDelay(status).has_value());
  EXPECT_EQ(ErrorMetadata(status, "texts"), "2-3");
  EXPECT_EQ(AttemptsOf(status), 2);
  EXPECT_THAT(Sizes(), ElementsAre(2, 2));
  const absl::Status gone = absl::CancelledError("gone");
  EXPECT_EQ(Call(request, {.texts = 2}, FailsIn(0, gone)).status(), gone);
  const absl::Status only = Call(request, {.texts = 9}, FailsIn(0, Cut())).status();
  EXPECT_EQ(only, Cut()) << "of one batch there is nothing to tell";
}

TEST_F(BatchEmbedderTest, TheDimensionMustNotChange) {
  const EmbedRequest request = EmbedTexts({"a", "b", "c"});
  const absl::Status status = Call(request, {.texts = 2}, AnswersWith({8, 9})).status();
  EXPECT_EQ(ErrorReason(status), "PROVIDER_GARBAGE");
  EXPECT_EQ(ErrorMetadata(status, "texts"), "2-2");
}

TEST_F(BatchEmbedderTest, AWrongNumberOfVectorsIsNoAnswer) {
  for (const size_t count : {0, 1, 3}) {
    auto vendor = std::make_unique<FakeEmbedder>(
        [count](const EmbedRequest&) -> EmbeddingsOr { return Embeddings{.vectors = Vectors(count, {1})}; });
    const EmbeddingsOr answer = Call(EmbedTexts({"a", "b"}), {.texts = 2}, std::move(vendor));
    EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_GARBAGE") << count;
  }
}

TEST_F(BatchEmbedderTest, UsageIsUnknownIfOneBatchCameWithout) {
  auto vendor = std::make_unique<FakeEmbedder>([this](const EmbedRequest& request) -> EmbeddingsOr {
    Embeddings answer = FakeEmbedder::AnswerFor(request, 8);
    answer.usage.reported = vendor_->requests().size() != 2;
    return answer;
  });
  const EmbeddingsOr answer = Call(EmbedTexts({"a", "b", "c", "d", "e"}), {.texts = 2}, std::move(vendor));
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->usage.reported);
}

}  // namespace
}  // namespace attune

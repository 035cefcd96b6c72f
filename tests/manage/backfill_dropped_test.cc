// What becomes of vectors, and of refused texts, whose rows are dropped.
#include "manage/backfill.h"
#include "tests/dataset/embedded_set.h"
#include "tests/manage/backfill_house.h"

namespace attune {
namespace {

using testing::ElementsAre;

absl::Status Refused() { return Error(absl::StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER").Message("no"); }

// Replaces all texts, of which the latest version alone is kept.
v1::UpdateDatasetRequest ReplaceAll(int examples, const std::string& by) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("faq");
  for (int i = 0; i < examples; ++i) AddUpsert(request, StrCat("e", i), StrCat(by, " ", i));
  request.mutable_settings()->set_keep_versions(1);
  return request;
}

TEST_F(BackfillTest, VectorsOfDroppedRowsGoAndStayAwayAfterARestart) {
  constexpr int kExamples = 4'200;
  const auto vectors = [&] {
    const auto found = vectors_.Get()->Find({"faq", {.model = "fake/m"}});
    return found == nullptr || found->index == nullptr ? 0 : found->index->size();
  };
  // What an Ask looks at to know whether vectors are missing.
  const auto looked_at = [&] {
    const DatasetPtr dataset = shelf_.catalog()->datasets.at("faq")->dataset;
    const IndexPtr index = vectors_.Get()->Find({"faq", {.model = "fake/m"}})->index;
    int64_t rows = 0;
    index->VisitMissing(dataset->StatisticsAt(dataset->latest()).rows, [&](uint32_t) { return ++rows > 0; });
    return rows;
  };
  ASSERT_TRUE(shelf_.Update(ReplaceAll(kExamples, "old")).ok());
  Choose("fake/m");
  Start();
  ASSERT_TRUE(UntilEmbedded(kExamples)) << Get().ShortDebugString();
  EXPECT_EQ(vectors(), kExamples);
  IndexPtr held = vectors_.Get()->Find({"faq", {.model = "fake/m"}})->index;  // as by an Ask
  const std::weak_ptr<const void> replaced = held->Parts().front();
  ASSERT_TRUE(shelf_.Update(ReplaceAll(kExamples, "new")).ok());
  EXPECT_TRUE(Until([&] {
    backfill_->Wake();
    return UntilEmbedded(kExamples) && vectors() == kExamples;
  }));
  EXPECT_EQ(shelf_.catalog()->datasets.at("faq")->dataset->PlacesAt(3), kExamples);
  EXPECT_TRUE(Until([&] { return replaced.use_count() == 2; })) << "the Ask's and the keeper's";
  held.reset();
  EXPECT_TRUE(Until([&] { return replaced.expired(); })) << "the keeper looks again by itself";
  Teach("last", "one more");
  ASSERT_TRUE(UntilEmbedded(kExamples + 1));
  EXPECT_EQ(Asked().size(), 2U * kExamples + 1) << "none was asked for again";
  EXPECT_LT(looked_at(), kRowsPerGroup) << "the rest of the last group; none of what was dropped";
  Restart();
  ASSERT_TRUE(UntilEmbedded(kExamples + 1));
  EXPECT_LT(looked_at(), kRowsPerGroup);
  EXPECT_EQ(backfill_->counters().loaded, kExamples + 1);
  EXPECT_EQ(Asked().size(), 2U * kExamples + 1);
}

TEST_F(BackfillTest, WhatNoKeptVersionShowsIsNeitherReadNorAskedFor) {
  v1::UpdateDatasetRequest keep;
  keep.set_dataset("faq");
  keep.mutable_settings()->set_keep_versions(1);
  Choose("fake/m");
  Teach("a", "lost card");
  v1::SetAliasRequest alias;
  alias.set_dataset("faq");
  alias.set_alias("production");
  alias.set_version(2);
  ASSERT_TRUE(shelf_.SetAlias(alias).ok());
  Teach("a", "stolen card");
  ASSERT_TRUE(shelf_.Update(keep).ok());
  Start();
  ASSERT_TRUE(UntilEmbedded(1, "faq@latest"));
  EXPECT_THAT(Asked(), ElementsAre("stolen card")) << "the alias does not keep what it names";
  Teach("a", "found card");
  ASSERT_TRUE(UntilEmbedded(1, "faq@latest"));
  Restart();
  ASSERT_TRUE(UntilEmbedded(1, "faq@latest"));
  EXPECT_EQ(backfill_->counters().loaded, 1) << "one of three rows";
  EXPECT_EQ(Asked().size(), 2U);
}

TEST_F(BackfillTest, ARefusedTextIsForgottenWithItsRow) {
  constexpr int kExamples = 4'200;
  ASSERT_TRUE(shelf_.Update(ReplaceAll(kExamples, "old")).ok());
  Choose("fake/m");
  AnswerWith([](const EmbedRequest& request) {
    const bool bad = std::find(request.texts.begin(), request.texts.end(), "old 6") != request.texts.end();
    return bad ? EmbeddingsOr(Refused()) : FakeEmbedder::AnswerFor(request, 4);
  });
  Start();
  ASSERT_TRUE(UntilEmbedded(kExamples - 1)) << Get().ShortDebugString();
  EXPECT_EQ(Get().embedding().refused(), 1);
  ASSERT_TRUE(shelf_.Update(ReplaceAll(kExamples, "new")).ok());
  EXPECT_TRUE(Until([&] {
    backfill_->Wake();
    return Get().embedding().refused() == 0;
  })) << "one more example might lack its vector";
  EXPECT_TRUE(UntilEmbedded(kExamples));
}

}  // namespace
}  // namespace attune

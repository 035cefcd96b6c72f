#include "dataset/vector_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/dot_product.h"
#include "tests/dataset/vector_set.h"

namespace attune {
namespace {

using IndexPtr = std::shared_ptr<const VectorIndex>;

constexpr size_t kUnlinked = 500;

bool All(uint32_t) { return true; }

IndexPtr AddOne(const IndexPtr& index, uint32_t row, std::vector<float> vector) {
  std::vector<VectorIndex::Added> added;
  added.push_back({row, std::move(vector)});
  auto next = VectorIndex::Add(index, added);
  EXPECT_TRUE(next.ok()) << next.status();
  return next.ok() ? *next : index;
}

std::vector<std::vector<float>> Vectors(size_t count, uint32_t dimensions, uint64_t seed) {
  ClusteredVectors stream(dimensions, 20, seed);
  std::vector<std::vector<float>> vectors;
  for (size_t i = 0; i < count; ++i) vectors.push_back(stream.Next());
  return vectors;
}

// "3:0.5 1:0.25"
std::string Show(const std::vector<RankedRow>& found) {
  std::string text;
  for (const RankedRow& row : found) StrAppend(&text, text.empty() ? "" : " ", row.row, ":", row.score);
  return text;
}

// Products of double precision may order nearly equal ones in another way.
void ExpectNearest(const std::vector<RankedRow>& found, const std::vector<RankedRow>& exact) {
  ASSERT_EQ(found.size(), exact.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i].score, exact[i].score, 1e-5) << "place " << i;
    if (i > 0) {
      EXPECT_TRUE(RanksBefore(found[i - 1], found[i])) << "place " << i;
    }
  }
  EXPECT_GE(RecallOf(found, exact), 0.99);
}

TEST(DotProduct, IsTheSumOfProducts) {
  std::mt19937 random(1);
  for (size_t size = 0; size < 200; ++size) {
    std::vector<float> a(size + 1), b(size + 1);
    for (size_t i = 0; i <= size; ++i) {
      a[i] = static_cast<float>(random() % 64) - 32;  // small whole numbers, whose sums are exact
      b[i] = static_cast<float>(random() % 64) - 32;
    }
    float expected = 0;
    for (size_t i = 1; i <= size; ++i) expected += a[i] * b[i];
    EXPECT_EQ(DotProduct(a.data() + 1, b.data() + 1, size), expected) << size;
    EXPECT_EQ(DotProduct(b.data() + 1, a.data() + 1, size), expected) << size;
  }
}

// 32 sums side by side, then halves of them added up, then the rest: on every processor, to the last bit.
TEST(DotProduct, RoundsAlikeEverywhere) {
  for (const uint32_t dimensions : {32u, 100u, 384u}) {
    const auto vectors = Vectors(50, dimensions, 1);
    for (size_t v = 1; v < vectors.size(); ++v) {
      const float *a = vectors[v - 1].data(), *b = vectors[v].data();
      float lanes[32] = {}, rest = 0;
      volatile float product = 0;  // rounded before it is added
      for (size_t i = 0; i < dimensions; ++i) {
        product = a[i] * b[i];
        (i < dimensions / 32 * 32 ? lanes[i % 32] : rest) += product;
      }
      for (size_t half = 16; half > 0; half /= 2) {
        for (size_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
      }
      EXPECT_EQ(DotProduct(a, b, dimensions), lanes[0] + rest);
    }
  }
}

TEST(DotProduct, AUnitVectorHasLengthOne) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
  for (const std::vector<float>& good : {std::vector<float>{1}, {0.6F, 0.8F}, {-1, 0}, {0.5F, 0.5F, 0.5F, -0.5F}}) {
    EXPECT_TRUE(IsUnitVector(good));
  }
  for (const std::vector<float>& bad :
       {std::vector<float>{}, {0}, {1, 1}, {0.99F}, {nan, 1}, {infinite}, {-infinite}}) {
    EXPECT_FALSE(IsUnitVector(bad));
  }
}

// Of vectors with four numbers of 0.5, whose products are exact, so that there are many equal ones.
TEST(VectorIndex, RanksEqualOnesByRow) {
  IndexPtr index = AddOne(VectorIndex::Empty(4), 7, {0.5F, 0.5F, 0.5F, 0.5F});
  index = AddOne(index, 3, {0.5F, 0.5F, 0.5F, -0.5F});
  index = AddOne(index, 9, {0.5F, 0.5F, -0.5F, 0.5F});
  index = AddOne(index, 1, {-0.5F, -0.5F, -0.5F, -0.5F});
  const std::vector<float> question = {0.5F, 0.5F, 0.5F, 0.5F};
  EXPECT_EQ(Show(index->Search(question, 9, All)), "7:1 3:0.5 9:0.5 1:-1");
  EXPECT_EQ(Show(index->Search(question, 2, All)), "7:1 3:0.5");
  EXPECT_EQ(Show(index->Search(question, 9, [](uint32_t row) { return row > 3; })), "7:1 9:0.5");
  EXPECT_EQ(Show(index->Search(question, 0, All)), "");
  EXPECT_EQ(Show(index->Search(question, std::numeric_limits<size_t>::max(), [](uint32_t) { return false; })), "");
  EXPECT_EQ(Show(index->Search(std::vector<float>{1}, 9, All)), "");
  EXPECT_EQ(Show(VectorIndex::Empty(4)->Search(question, 9, All)), "");
}

TEST(VectorIndex, KnowsItsRows) {
  IndexPtr index = VectorIndex::Empty(2);
  for (uint32_t row = 0; row < 300; ++row) {
    if (row != 70 && row != 192) index = AddOne(index, row, {1, 0});
  }
  index = AddOne(index, 1'000, {0, -1});
  EXPECT_EQ(index->size(), 299u);
  EXPECT_EQ(index->dimensions(), 2u);
  for (const uint32_t row : {0u, 63u, 64u, 299u, 1'000u}) EXPECT_TRUE(index->Has(row)) << row;
  for (const uint32_t row : {70u, 192u, 300u, 999u, 1'001u, 4'000'000'000u}) EXPECT_FALSE(index->Has(row)) << row;
  EXPECT_EQ(index->VectorOf(1'000)[1], -1);
  EXPECT_TRUE(index->VectorOf(70).empty());
  const auto missing = [&](const IndexPtr& of, uint32_t end, size_t most) {
    std::string rows;
    of->VisitMissing(end, [&](uint32_t row) {
      StrAppend(&rows, row, " ");
      return --most > 0;
    });
    return rows;
  };
  EXPECT_EQ(missing(index, 300, 9), "70 192 ");
  EXPECT_EQ(missing(index, 303, 9), "70 192 300 301 302 ");
  EXPECT_EQ(missing(index, 303, 3), "70 192 300 ");
  EXPECT_EQ(missing(index, 70, 9), "");
  const IndexPtr filled = AddOne(index, 70, {1, 0});
  EXPECT_EQ(missing(filled, 300, 9), "192 ");
  EXPECT_EQ(missing(index, 300, 9), "70 192 ");  // as before
  EXPECT_EQ(missing(VectorIndex::Empty(2), 2, 9), "0 1 ");
}

TEST(VectorIndex, RowsThatNeverGetAVectorAreMissingNoLonger) {
  IndexPtr index = VectorIndex::Empty(2);
  for (uint32_t row = 0; row < 128; row += 2) index = AddOne(index, row, {1, 0});
  const auto looked_at = [](const IndexPtr& of, uint32_t end) {
    std::vector<uint32_t> rows;
    of->VisitMissing(end, [&](uint32_t row) {
      rows.push_back(row);
      return true;
    });
    return rows;
  };
  const auto never = [](uint32_t row) { return row != 65; };
  IndexPtr passed = VectorIndex::Pass(index, 0, 300, never);
  EXPECT_EQ(looked_at(index, 300).size(), 64u + 172) << "an old snapshot is as it was";
  EXPECT_EQ(looked_at(passed, 300).size(), 32u + 44) << "of the group of 65, and of the last, which is not full";
  EXPECT_EQ(looked_at(passed, 64).size(), 0u);
  passed = VectorIndex::Pass(passed, 0, 300, never);  // once more
  passed = AddOne(passed, 65, {0, 1});
  EXPECT_EQ(looked_at(passed, 256).size(), 0u);
  EXPECT_EQ(passed->size(), 65u);
  for (const uint32_t row : {1u, 66u, 299u}) EXPECT_EQ(passed->Has(row), row == 66) << row;
  EXPECT_EQ(passed->VectorOf(65)[1], 1);
}

struct BadAdd {
  const char* name;
  std::vector<VectorIndex::Added> added;
  const char* reason;
};

TEST(VectorIndex, RefusesBadVectorsAndChangesNothing) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const IndexPtr index = AddOne(VectorIndex::Empty(2), 5, {1, 0});
  const BadAdd cases[] = {
      {"too short", {{6, {0, 1}}, {7, {1}}}, "BAD_VECTOR"},
      {"too long", {{6, {0, 1, 0}}}, "BAD_VECTOR"},
      {"not finite", {{6, {nan, 1}}}, "BAD_VECTOR"},
      {"not of length 1", {{6, {1, 1}}}, "BAD_VECTOR"},
      {"there already", {{6, {0, 1}}, {5, {0, 1}}}, "ROW_HAS_VECTOR"},
      {"twice", {{6, {0, 1}}, {7, {0, 1}}, {6, {1, 0}}}, "ROW_HAS_VECTOR"},
  };
  for (const BadAdd& test : cases) {
    const auto next = VectorIndex::Add(index, test.added);
    EXPECT_EQ(next.status().code(), absl::StatusCode::kInvalidArgument) << test.name;
    EXPECT_EQ(ErrorReason(next.status()), test.reason) << test.name;
  }
  EXPECT_EQ(Show(index->Search(std::vector<float>{1, 0}, 9, All)), "5:1");
  const IndexPtr next = AddOne(index, 6, {0, 1});
  EXPECT_EQ(Show(next->Search(std::vector<float>{1, 0}, 9, All)), "5:1 6:0");
  EXPECT_EQ(ErrorReason(VectorIndex::Add(index, {{8, {0, 1}}}).status()), "INDEX_NOT_NEWEST");
  EXPECT_FALSE(next->Has(8));
}

TEST(VectorIndex, SmallOnesAreExact) {
  const auto vectors = Vectors(500, 100, 1), questions = Vectors(50, 100, 2);
  const IndexPtr index = MakeVectorIndex(vectors);
  EXPECT_EQ(index->Linked(), 0u);
  for (const std::vector<float>& question : questions) {
    ExpectNearest(index->Search(question, 10, All), NearestOf(vectors, question, 10));
    ExpectNearest(index->Search(question, 1'000, All), NearestOf(vectors, question, 500));
  }
}

// The thread sanitizer takes minutes for so many vectors, and there is one thread only: see vector_threads_test.cc.
#if defined(ATTUNE_THREAD_SANITIZER)
constexpr bool kLargeIndexes = false;
#else
constexpr bool kLargeIndexes = true;
#endif

// Above the size from which the graph is used; a few hundred vectors are not linked.
class LargeIndex : public testing::Test {
 protected:
  void SetUp() override {
    if (!kLargeIndexes) GTEST_SKIP() << "not under the thread sanitizer";
  }
  static void SetUpTestSuite() {
    if (!kLargeIndexes) return;
    vectors_ = new std::vector<std::vector<float>>(Vectors(kExactVectors + kUnlinked, 32, 1));
    index_ = new IndexPtr(MakeVectorIndex(*vectors_));
  }
  static void TearDownTestSuite() {
    delete vectors_;
    delete index_;
  }
  static const std::vector<std::vector<float>>& vectors() { return *vectors_; }
  static const IndexPtr& index() { return *index_; }

 private:
  static inline std::vector<std::vector<float>>* vectors_ = nullptr;
  static inline IndexPtr* index_ = nullptr;
};

TEST_F(LargeIndex, FindsNearlyAllOfTheNearest) {
  EXPECT_EQ(index()->Linked(), kExactVectors);
  EXPECT_EQ(index()->size(), kExactVectors + kUnlinked);
  double recall = 0;
  const auto questions = Vectors(100, 32, 2);
  for (const std::vector<float>& question : questions) {
    const std::vector<RankedRow> found = index()->Search(question, 10, All);
    ASSERT_EQ(found.size(), 10u);
    for (const RankedRow& row : found) {
      EXPECT_NEAR(row.score, DotProduct(vectors()[row.row].data(), question.data(), 32), 1e-6);
    }
    recall += RecallOf(found, NearestOf(vectors(), question, 10)) / static_cast<double>(questions.size());
  }
  EXPECT_GE(recall, 0.95);
}

// However few are accepted, it finds as many as there are.
TEST_F(LargeIndex, IsNeverShortOfRows) {
  const auto question = Vectors(1, 32, 3).front();
  for (const uint32_t every : {2u, 10u, 100u, 1'000u, 8'000u}) {
    const auto accept = [&](uint32_t row) { return row % every == 0; };
    std::vector<RankedRow> exact = NearestOf(vectors(), question, vectors().size());
    std::erase_if(exact, [&](const RankedRow& row) { return !accept(row.row); });
    if (exact.size() > 20) exact.resize(20);
    const std::vector<RankedRow> found = index()->Search(question, 20, accept);
    EXPECT_EQ(found.size(), exact.size()) << every;
    EXPECT_GE(RecallOf(found, exact), 0.95) << every;
    for (const RankedRow& row : found) EXPECT_TRUE(accept(row.row));
  }
  EXPECT_EQ(index()->Search(question, 1'000'000, All).size(), vectors().size());
  EXPECT_TRUE(index()->Search(question, 10, [](uint32_t) { return false; }).empty());
}

TEST_F(LargeIndex, OldSnapshotsFindWhatTheyFound) {
  const auto more = Vectors(kVectorsPerMerge, 32, 5), questions = Vectors(10, 32, 6);
  IndexPtr newest = index();
  std::vector<IndexPtr> snapshots;
  std::vector<std::string> found;
  const auto keep = [&] {
    snapshots.push_back(newest);
    for (const auto& question : questions) found.push_back(Show(newest->Search(question, 10, All)));
  };
  keep();
  for (size_t i = 0; i < more.size(); ++i) {
    newest = AddOne(newest, static_cast<uint32_t>(vectors().size() + i), more[i]);
    if (i % 500 == 0) keep();
    if (newest->NeedsMerge()) {
      newest = VectorIndex::Install(newest, *VectorIndex::Merge(newest));
      keep();
    }
  }
  size_t next = 0;
  for (const IndexPtr& snapshot : snapshots) {
    for (const auto& question : questions) EXPECT_EQ(Show(snapshot->Search(question, 10, All)), found[next++]);
  }
  EXPECT_NE(found.front(), found[next - questions.size()]);
}

// Slots with their cosines, by slot.
std::string Show(std::vector<VectorGraph::Found> found) {
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  std::string text;
  for (const VectorGraph::Found& one : found) StrAppend(&text, one.slot, ":", one.cosine, " ");
  return text;
}

// With few candidates a search depends much on the links, and on the layer of each vector.
TEST(VectorGraph, IsTheSameInHoweverManySteps) {
  const auto vectors = Vectors(1'000, 32, 1), questions = Vectors(300, 32, 2);
  const auto store = std::make_shared<VectorStore>(32);
  for (uint32_t row = 0; row < vectors.size(); ++row) store->Append(row, vectors[row]);
  const auto answers = [&](const VectorGraph& graph, size_t candidates) {
    std::string text;
    for (const auto& question : questions) text += Show(graph.Search(question, candidates));
    return text;
  };
  const auto whole = *VectorGraph::Extend(nullptr, store, vectors.size());
  const auto first = *VectorGraph::Extend(nullptr, store, 100);
  const std::string of_first = answers(*first, 2);
  auto pieces = first;
  for (const size_t end : {101u, 500u, 1'000u}) pieces = *VectorGraph::Extend(pieces.get(), store, end);
  EXPECT_EQ(pieces->size(), vectors.size());
  EXPECT_EQ(answers(*pieces, 2), answers(*whole, 2));
  EXPECT_EQ(answers(*first, 2), of_first);
  EXPECT_EQ(pieces->Search(questions[0], 30).size(), 30u);
  EXPECT_EQ(pieces->Search(questions[0], 5'000).size(), vectors.size());
}

TEST(VectorIndex, InstallKeepsWhatIsNewer) {
  const auto vectors = Vectors(kVectorsPerMerge + 10, 8, 1);
  IndexPtr old = VectorIndex::Empty(8), newest = old;
  for (uint32_t row = 0; row < vectors.size(); ++row) newest = AddOne(newest, row, vectors[row]);
  const IndexPtr linked = *VectorIndex::Merge(newest);
  EXPECT_EQ(linked->Linked(), kVectorsPerMerge);
  const IndexPtr more = AddOne(newest, 1'000'000, vectors[0]);
  const IndexPtr installed = VectorIndex::Install(more, linked);
  EXPECT_EQ(installed->Linked(), kVectorsPerMerge);
  EXPECT_TRUE(installed->Has(1'000'000));
  EXPECT_EQ(VectorIndex::Install(installed, newest), installed);     // has no links
  EXPECT_EQ(VectorIndex::Install(installed, linked), installed);     // the same ones
  EXPECT_EQ(VectorIndex::Install(old, VectorIndex::Empty(8)), old);  // another index
  EXPECT_EQ(*VectorIndex::Merge(old), old);
}

}  // namespace
}  // namespace attune

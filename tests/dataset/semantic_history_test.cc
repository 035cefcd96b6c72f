// Random histories of a dataset and its vectors against a model that looks at every row of a copy.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "dataset/dot_product.h"
#include "dataset/rank_fusion.h"
#include "tests/dataset/embedded_set.h"

namespace attune {
namespace {

constexpr size_t kShown = 4;
static const char* const kWords[] = {"lost", "card", "transfer", "abroad", "refund", "late", "fee", "pin"};

class EmbeddedHistory {
 public:
  explicit EmbeddedHistory(uint32_t seed) : random_(seed), dataset_(Dataset::Empty("faq")) {
    for (int i = 0; i < 4; ++i) questions_.push_back(RandomText());
    Keep();
  }

  void Step() {
    dataset_ = ApplyNext(dataset_, RandomDelta());
    index_ = EmbedRows(index_, dataset_);
    if (Below(3) == 0) index_ = VectorIndex::Install(index_, *VectorIndex::Merge(index_));
    Keep();
  }

  // Every version, through every snapshot that knows it.
  void ExpectAllVersions() const {
    for (const auto& [dataset, index] : snapshots_) {
      for (int64_t version = 0; version <= dataset->latest(); ++version) {
        for (const std::string& question : questions_) {
          for (const Strategy strategy : {Strategy::kSemantic, Strategy::kHybrid}) {
            EXPECT_EQ(Chosen({dataset, version}, *index, strategy, question),
                      expected_.at({version, strategy, question}))
                << "version " << version << " of " << dataset->latest() << ": " << question;
          }
        }
      }
    }
  }

 private:
  size_t Below(size_t end) { return random_() % end; }

  std::string RandomText() {
    std::string text;
    for (size_t words = 1 + Below(3); words > 0; --words) StrAppend(&text, kWords[Below(std::size(kWords))], " ");
    return text;
  }

  DatasetDelta RandomDelta() {
    DatasetDelta delta;
    std::set<std::string> ids;
    for (size_t i = 1 + Below(6); i > 0; --i) {
      Example example = MakeExample(StrCat("e", Below(30)), RandomText());
      if (!ids.insert(example.id).second) continue;
      if (Below(4) == 0) example.split = Split::kTest;
      if (Below(3) == 0) {
        delta.deletes.push_back(example.id);
      } else {
        delta.upserts.push_back(Share(std::move(example)));
      }
    }
    return delta;
  }

  void Keep() {
    snapshots_.emplace_back(dataset_, index_);
    for (const std::string& question : questions_) {
      expected_[{dataset_->latest(), Strategy::kSemantic, question}] = Naive(question, false);
      expected_[{dataset_->latest(), Strategy::kHybrid, question}] = Naive(question, true);
    }
  }

  // Of the latest version, which is all that there is now.
  std::string Naive(const std::string& question, bool hybrid) const {
    std::map<uint32_t, std::string> ids;
    std::vector<RankedRow> semantic, lexical;
    const std::vector<float> vector = ExactVector(question);
    const DatasetView view(dataset_, dataset_->latest());
    view.Visit(0, [&](uint64_t position, ExampleView example) {
      if (example.split() == Split::kTest) return true;
      const auto row = static_cast<uint32_t>(position);
      ids[row] = std::string_view(example.id());
      const std::vector<float> other = ExactVector(example.input());
      semantic.push_back({row, DotProduct(vector.data(), other.data(), vector.size())});
      return true;
    });
    std::sort(semantic.begin(), semantic.end(), RanksBefore);
    for (const ScoredExample& found : view.Search(question, 1'000)) {
      for (const auto& [row, id] : ids) {
        if (id == found.example.id()) lexical.push_back({row, found.score});
      }
    }
    const RankedList lists[] = {{lexical}, {semantic}};
    std::string chosen;
    std::vector<RankedRow> ranked = hybrid ? FuseRankings(lists) : semantic;
    if (ranked.size() > kShown) ranked.resize(kShown);
    for (const RankedRow& row : ranked) StrAppend(&chosen, ids[row.row], " ", row.score, " ");
    return chosen;
  }

  static std::string Chosen(const DatasetView& view, const VectorIndex& index, Strategy strategy,
                            const std::string& question) {
    SelectionPolicy policy;
    policy.strategy = strategy;
    policy.k = kShown;
    policy.diversity = 0;
    policy.order = ExampleOrder::kBestFirst;
    const std::vector<float> vector = ExactVector(question);
    const SemanticQuery query = {&index, vector};
    const auto selection = SelectExamples(view, policy, question, nullptr, &query);
    if (!selection.ok()) return std::string(selection.status().message());
    std::string chosen;
    for (const ScoredExample& one : selection->examples)
      StrAppend(&chosen, std::string_view(one.example.id()), " ", one.score, " ");
    return chosen;
  }

  std::mt19937 random_;
  DatasetPtr dataset_;
  IndexPtr index_ = VectorIndex::Empty(kExactDimensions);
  std::vector<std::string> questions_;
  std::vector<std::pair<DatasetPtr, IndexPtr>> snapshots_;  // one after each step
  std::map<std::tuple<int64_t, Strategy, std::string>, std::string>
      expected_;  // at the version, when it was the latest
};

TEST(SemanticHistory, EveryVersionChoosesWhatItChose) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    EmbeddedHistory history(seed);
    for (int step = 0; step < 25; ++step) history.Step();
    history.ExpectAllVersions();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace attune

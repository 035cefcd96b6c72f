// Random histories of a dataset: every version, through every later snapshot, chooses by words what it chose when it
// was the latest. That this is what a scan of all rows would find is search_test's to show.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

const char* const kWords[] = {"lost", "card", "transfer", "abroad", "refund", "late", "fee", "pin", "cards", "lose"};

class History {
 public:
  explicit History(uint32_t seed) : random_(seed), snapshots_{Dataset::Empty("faq")} {
    for (int i = 0; i < 4; ++i) questions_.push_back(RandomText());
  }

  // Mostly small updates; now and then a large one, or one that is taken back.
  void Step() {
    if (Below(6) == 0) Dataset::Undo(ApplyNext(snapshots_.back(), RandomDelta(4)));
    snapshots_.push_back(ApplyNext(snapshots_.back(), RandomDelta(Below(8) == 0 ? 300 : 5)));
    const DatasetPtr& latest = snapshots_.back();
    for (const std::string& question : questions_) {
      for (const Choice choice : {Choice::kMmr, Choice::kTermCover}) {
        expected_[{latest->latest(), question, choice}] = Chosen({latest, latest->latest()}, question, choice);
      }
    }
  }

  void ExpectAllVersions() const {
    for (const DatasetPtr& snapshot : snapshots_) {
      for (const auto& [asked, chosen] : expected_) {
        const auto& [version, question, choice] = asked;
        if (version > snapshot->latest()) continue;
        EXPECT_EQ(Chosen({snapshot, version}, question, choice), chosen)
            << "version " << version << " of " << snapshot->latest() << ": " << question;
      }
    }
  }

 private:
  size_t Below(size_t end) { return random_() % end; }

  std::string RandomText() {
    std::string text;
    for (size_t words = 1 + Below(5); words > 0; --words) StrAppend(&text, kWords[Below(std::size(kWords))], " ");
    return text;
  }

  DatasetDelta RandomDelta(size_t size) {
    DatasetDelta delta;
    std::set<std::string> ids;
    for (size_t i = 0; i < size; ++i) {
      Example example = MakeExample(StrCat("e", Below(500)), RandomText(), StrCat("answer ", Below(3)));
      if (!ids.insert(example.id).second) continue;
      if (Below(4) == 0) example.split = Split::kTest;
      if (Below(3) == 0) example.labels = {StrCat("l", Below(3))};
      if (Below(5) == 0) example.weight = 2;
      if (Below(3) == 0) {
        delta.deletes.push_back(example.id);
      } else {
        delta.upserts.push_back(Share(std::move(example)));
      }
    }
    return delta;
  }

  static std::string Chosen(const DatasetView& view, const std::string& question, Choice choice) {
    SelectionPolicy policy;
    policy.choice = choice;
    const Selection selection = *SelectExamples(view, policy, question, nullptr);
    std::string chosen = StrCat(selection.coverage);
    for (const ScoredExample& one : selection.examples) {
      StrAppend(&chosen, " ", std::string_view(one.example.id()), " '", one.example.input(), "' ", one.score, " ",
                one.coverage);
    }
    return chosen;
  }

  std::mt19937 random_;
  std::vector<DatasetPtr> snapshots_;  // one after each step
  std::vector<std::string> questions_;
  std::map<std::tuple<int64_t, std::string, Choice>, std::string> expected_;  // when the version was the latest
};

TEST(LexicalHistory, EveryVersionChoosesWhatItChose) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    History history(seed);
    for (int step = 0; step < 30; ++step) history.Step();
    history.ExpectAllVersions();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace attune

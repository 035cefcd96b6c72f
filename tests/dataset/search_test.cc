// The search against a scorer that looks at every row.
#include "dataset/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "base/analyzer.h"
#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"
#include "tests/dataset/question_set.h"

namespace attune {
namespace {

struct NaiveRow {
  uint64_t position = 0;
  ExampleView example;
  std::vector<uint64_t> terms;
  bool visible = false;
};

// All rows added at or before a version, removed ones included, found by listing every version.
class NaiveSearch {
 public:
  NaiveSearch(const DatasetPtr& dataset, int64_t version) {
    std::map<uint64_t, NaiveRow> rows;
    for (int64_t v = 1; v <= version; ++v) {
      DatasetView(dataset, v).Visit(0, [&](uint64_t position, ExampleView example) {
        NaiveRow& row = rows[position];
        if (!row.example) row = {position, example, AnalyzeText(example.input())};
        row.visible = row.visible || v == version;
        return true;
      });
    }
    for (auto& [position, row] : rows) rows_.push_back(std::move(row));
    size_t length = 0;
    for (const NaiveRow& row : rows_) length += row.terms.size();
    average_ = std::max(1.0, static_cast<double>(length) / static_cast<double>(rows_.size()));
  }

  struct Hit {
    const NaiveRow* row = nullptr;
    double score = 0;  // summed up in masses, as bm25.h says: the ranking
    double plain = 0;  // the formula of the book
  };

  std::vector<Hit> Search(std::string_view question, size_t limit,
                          const std::function<bool(ExampleView)>& accept) const {
    const std::vector<uint64_t> all = AnalyzeQuestion(question).terms;
    std::set<uint64_t> terms(all.begin(), all.end());
    while (terms.size() > kMaxQuestionTerms) terms.erase(std::prev(terms.end()));
    std::vector<Hit> hits;
    const Bm25Weights weights(average_);
    for (const NaiveRow& row : rows_) hits.push_back({.row = &row});
    std::vector<Mass> masses(rows_.size());
    double idf_sum = 0;
    for (const uint64_t term : terms) idf_sum += Idf(Counts(term));
    const double unit = MassUnit(idf_sum);
    for (const uint64_t term : terms) AddTerm(term, weights, unit, hits, masses);
    for (size_t i = 0; i < hits.size(); ++i) {
      hits[i].score = weights.Score(masses[i], static_cast<uint32_t>(rows_[i].terms.size()));
    }
    std::erase_if(hits,
                  [&](const Hit& hit) { return hit.score == 0 || !hit.row->visible || !accept(hit.row->example); });
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    hits.resize(std::min(limit, hits.size()));
    return hits;
  }

 private:
  std::vector<uint32_t> Counts(uint64_t term) const {
    std::vector<uint32_t> counts;
    for (const NaiveRow& row : rows_) {
      counts.push_back(static_cast<uint32_t>(
          std::min<ptrdiff_t>(std::count(row.terms.begin(), row.terms.end(), term), kMaxTermCount)));
    }
    return counts;
  }

  static double Idf(const std::vector<uint32_t>& counts) {
    const auto df =
        static_cast<double>(counts.size() - static_cast<size_t>(std::count(counts.begin(), counts.end(), 0u)));
    return std::log(1 + (static_cast<double>(counts.size()) - df + 0.5) / (df + 0.5));
  }

  void AddTerm(uint64_t term, const Bm25Weights& weights, double unit, std::vector<Hit>& hits,
               std::vector<Mass>& masses) const {
    const std::vector<uint32_t> counts = Counts(term);
    const double idf = Idf(counts);
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (counts[i] == 0) continue;
      const auto length = static_cast<double>(rows_[i].terms.size());
      hits[i].plain += idf * counts[i] * 3.5 / (counts[i] + 2.5 * (0.2 + 0.8 * length / average_));
      const Mass mass = ToMass(idf, unit);
      masses[i] += counts[i] == 1 ? mass : weights.Repeat(mass, counts[i], static_cast<uint32_t>(length));
    }
  }

  std::vector<NaiveRow> rows_;
  double average_ = 1;
};

void ExpectEqual(const std::vector<ScoredExample>& found, const std::vector<NaiveSearch::Hit>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_TRUE(found[i].example == expected[i].row->example)
        << "place " << i << ": " << found[i].example.id() << " for " << expected[i].row->example.id();
    EXPECT_NEAR(found[i].score, expected[i].plain, 1e-4 * expected[i].plain);  // masses are rounded
    EXPECT_EQ(found[i].rank, static_cast<int32_t>(i));
  }
}

bool AcceptAll(ExampleView) { return true; }
bool AcceptOdd(ExampleView example) { return (example.id().back() - '0') % 2 == 1; }

class Words {
 public:
  explicit Words(uint32_t seed) : random_(seed) {}
  size_t Below(size_t end) { return random_() % end; }

  // Few short words, common ones more often: many ties and repeats.
  std::string Text() {
    static const char* const kWords[] = {"a",  "card",      "cards",        "lost",     "my", "where",
                                         "is", "caf\u00e9", "\u65e5\u672c", "transfer", "42"};
    std::string text;
    for (size_t words = Below(8); words > 0; --words) {
      StrAppend(&text, kWords[std::min(Below(std::size(kWords)), Below(std::size(kWords)))], " ");
    }
    if (Below(40) == 0) text.append(400, 'z');
    if (Below(40) == 0) {
      for (int i = 0; i < 300; ++i) text += "card ";
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

TEST(Search, EqualsTheExhaustiveScanAtEveryVersion) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    Words words(seed);
    DatasetPtr dataset = Dataset::Empty("faq");
    for (int step = 0; step < 25; ++step) {
      std::map<std::string, ExamplePtr> upserts;
      for (size_t i = words.Below(words.Below(6) == 0 ? 40 : 4); i > 0; --i) {
        const std::string id = StrCat("e", words.Below(120));
        upserts[id] = Share(MakeExample(id, words.Text()));
      }
      DatasetDelta delta;
      for (const auto& [id, example] : upserts) delta.upserts.push_back(example);
      const std::string gone = StrCat("e", words.Below(120));
      if (!upserts.contains(gone)) delta.deletes.push_back(gone);
      dataset = ApplyNext(dataset, delta);
    }
    for (int64_t version = 1; version <= dataset->latest(); version += 1 + static_cast<int64_t>(words.Below(4))) {
      const NaiveSearch naive(dataset, version);
      for (const size_t limit : {size_t{1}, size_t{3}, size_t{20}, size_t{1000}}) {
        const std::string question = words.Text();
        ExpectEqual(DatasetView(dataset, version).Search(question, limit), naive.Search(question, limit, AcceptAll));
        ExpectEqual(DatasetView(dataset, version).Search(question, limit, AcceptOdd),
                    naive.Search(question, limit, AcceptOdd));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Search, EqualsTheExhaustiveScanOfManyRows) {
  DatasetPtr dataset = MakeQuestionDataset(MakeZipfQuestions(20'000, 6, 1));
  dataset = ApplyNext(dataset, {.upserts = {Share(MakeExample("q7", "changed")), Share(MakeExample("new1", "card"))},
                                .deletes = {"q9"}});
  const NaiveSearch naive(dataset, 2);
  for (const LabelledQuestion& question : MakeZipfQuestions(8, 6, 2)) {
    for (const size_t limit : {1, 20}) {
      ExpectEqual(DatasetView(dataset, 2).Search(question.text, limit), naive.Search(question.text, limit, AcceptAll));
    }
    ExpectEqual(DatasetView(dataset, 2).Search(question.text, 20, AcceptOdd),
                naive.Search(question.text, 20, AcceptOdd));
  }
}

// Slots that two bytes alone cannot tell: those of a segment that was merged beyond 65,536 rows.
TEST(Search, EqualsTheExhaustiveScanOfALargeSegment) {
  const DatasetPtr dataset = MakeQuestionDataset(MakeZipfQuestions(100'000, 2, 1));
  ASSERT_EQ(dataset->segments().size(), 1u);
  const NaiveSearch naive(dataset, 1);
  for (const LabelledQuestion& question : MakeZipfQuestions(2, 2, 2)) {
    ExpectEqual(DatasetView(dataset, 1).Search(question.text, 20), naive.Search(question.text, 20, AcceptAll));
  }
}

// Frequent terms are dense; here in segments that were merged, cut at an older version, with texts of every length and
// with terms that occur once, twice and more often.
TEST(Search, EqualsTheExhaustiveScanAtOldVersionsOfManyRows) {
  Words words(7);
  DatasetPtr dataset = Dataset::Empty("faq");
  for (int step = 0; step < 4; ++step) {
    DatasetDelta delta;
    for (int i = 0; i < 1'500; ++i) {
      std::string text = words.Text();
      for (size_t more = words.Below(30) == 0 ? words.Below(60) : 0; more > 0; --more) text += words.Text();
      delta.upserts.push_back(Share(MakeExample(StrCat("s", step, "-", i), text)));
    }
    dataset = ApplyNext(dataset, delta);
  }
  for (int64_t version = 1; version <= dataset->latest(); ++version) {
    const NaiveSearch naive(dataset, version);
    for (int i = 0; i < 6; ++i) {
      const std::string question = words.Text();
      for (const size_t limit : {1, 20, 300}) {
        ExpectEqual(DatasetView(dataset, version).Search(question, limit), naive.Search(question, limit, AcceptAll));
        if (HasFatalFailure()) return;
      }
    }
  }
}

// More dense terms than fit into one sum of bytes, some of them several times.
TEST(Search, EqualsTheExhaustiveScanOfQuestionsOfManyDenseTerms) {
  std::mt19937 random(5);
  const auto text = [&random](size_t words) {
    std::string made;
    for (size_t i = 0; i < words; ++i) StrAppend(&made, "word", random() % 90 * 7919, " ");
    return made;
  };
  std::vector<Example> examples;
  for (int i = 0; i < 1'200; ++i) examples.push_back(MakeExample(StrCat("e", i), text(5 + random() % 30)));
  const DatasetPtr dataset = DatasetOf(examples);
  const NaiveSearch naive(dataset, 1);
  for (const size_t words : {20, 60, 200}) {
    const std::string question = text(words);
    for (const size_t limit : {1, 20, 400}) {
      ExpectEqual(DatasetView(dataset, 1).Search(question, limit), naive.Search(question, limit, AcceptAll));
      ExpectEqual(DatasetView(dataset, 1).Search(question, limit, AcceptOdd), naive.Search(question, limit, AcceptOdd));
    }
  }
}

// Repeats weigh more in a long text: those of a few long ones must not be judged by the short ones.
TEST(Search, EqualsTheExhaustiveScanOfRepeatsInTextsOfEveryLength) {
  std::mt19937 random(3);
  std::vector<Example> examples;
  for (int i = 0; i < 2'000; ++i) {
    const size_t kind = random() % 50;  // below 30: short, below 48: longer, with the word once; else long, with many
    std::string text;
    for (size_t words = random() % (kind < 30 ? 5 : 400); words > 0; --words) StrAppend(&text, random(), " ");
    for (size_t times = kind < 30 ? random() % 3 : kind < 48 ? 1 : 5 + random() % 9; times > 0; --times)
      text += "card ";
    examples.push_back(MakeExample(StrCat("e", i), text));
  }
  const DatasetPtr dataset = DatasetOf(examples);
  const NaiveSearch naive(dataset, 1);
  const auto expected = naive.Search("card", examples.size(), AcceptAll);
  for (size_t limit = 1; limit <= expected.size(); limit += 29) {
    auto first = expected;
    first.resize(limit);
    ExpectEqual(DatasetView(dataset, 1).Search("card", limit), first);
  }
}

TEST(Search, OfAVeryLongQuestionCountsSomeOfItsTerms) {
  std::string question;
  for (int i = 0; i < 1'000; ++i) StrAppend(&question, "w", i * 7919, " ");
  std::vector<Example> examples;
  for (int i = 0; i < 50; ++i) examples.push_back(MakeExample(StrCat("e", i), StrCat("w", i * 20 * 7919, " w", i)));
  const DatasetPtr dataset = DatasetOf(examples);
  ExpectEqual(DatasetView(dataset, 1).Search(question, 100), NaiveSearch(dataset, 1).Search(question, 100, AcceptAll));
}

TEST(Search, TiesGoByTheRow) {
  const DatasetPtr dataset =
      DatasetOf({MakeExample("c", "lost card"), MakeExample("a", "Lost card!"), MakeExample("b", "lost card")});
  const auto found = DatasetView(dataset, 1).Search("lost card", 2);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].example.id(), "c");
  EXPECT_EQ(found[1].example.id(), "a");
  EXPECT_EQ(found[0].score, found[1].score);
}

TEST(Search, LooksAtBothSplitsAndFindsNothingWithoutAWord) {
  Example held = MakeExample("t", "lost card");
  held.split = Split::kTest;
  const DatasetPtr dataset = DatasetOf({held, MakeExample("e", "")});
  EXPECT_EQ(DatasetView(dataset, 1).Search("card", 9).size(), 1u);
  EXPECT_TRUE(DatasetView(dataset, 1).Search("", 9).empty());
  EXPECT_TRUE(DatasetView(dataset, 1).Search("?!", 9).empty());
  EXPECT_TRUE(DatasetView(dataset, 1).Search("zebra", 9).empty());
  EXPECT_TRUE(DatasetView(dataset, 1).Search("card", 0).empty());
}

}  // namespace
}  // namespace attune

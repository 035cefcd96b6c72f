// The search against a scorer that looks at every row.
#include "dataset/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/dataset/dataset_steps.h"
#include "tests/dataset/naive_search.h"
#include "tests/dataset/question_set.h"

namespace attune {
namespace {

class Words {
 public:
  explicit Words(uint32_t seed) : random_(seed) {}
  size_t Below(size_t end) { return random_() % end; }

  // From one end of what is allowed to the other.
  LexicalSettings Lexical() {
    const auto unit = [this] { return static_cast<double>(Below(1'001)) / 1'000; };
    static const double kK1s[] = {1e-6, 0.3, 1.2, 2.5, 20, kMaxBm25K1};
    static const double kBs[] = {0, 0.75, 1};
    const bool extreme = Below(2) == 0;
    return {.k1 = extreme ? kK1s[Below(std::size(kK1s))] : 0.001 + 5 * unit(),
            .b = extreme ? kBs[Below(std::size(kBs))] : unit()};
  }

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

// k1 and b belong to a version: every version of one dataset ranks by its own, through the same segments.
TEST(Search, EqualsTheExhaustiveScanWithTheParametersOfEachVersion) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    Words words(100 + seed);
    DatasetPtr dataset = Dataset::Empty("faq");
    for (int step = 0; step < 12; ++step) {
      DatasetDelta delta;
      for (int i = 0; i < 60; ++i) {
        std::string text = words.Text();
        for (size_t more = words.Below(15) == 0 ? words.Below(30) : 0; more > 0; --more) text += words.Text();
        delta.upserts.push_back(Share(MakeExample(StrCat("s", step, "-", i), text)));
      }
      dataset = ApplyNext(dataset, delta, DatasetSettings{.lexical = words.Lexical()});
      if (words.Below(3) == 0) dataset = ApplyNext(dataset, {}, DatasetSettings{.lexical = words.Lexical()});
    }
    for (int64_t version = 1; version <= dataset->latest(); ++version) {
      const NaiveSearch naive(dataset, version);
      for (const size_t limit : {1, 20, 300}) {
        const std::string question = words.Text();
        SCOPED_TRACE(StrCat("version ", version, ", k1 ", dataset->Settings(version).lexical.k1, ", b ",
                            dataset->Settings(version).lexical.b, ": ", question));
        ExpectEqual(DatasetView(dataset, version).Search(question, limit), naive.Search(question, limit, AcceptAll));
        ExpectEqual(DatasetView(dataset, version).Search(question, limit, AcceptOdd),
                    naive.Search(question, limit, AcceptOdd));
        if (HasFatalFailure()) return;
      }
    }
  }
}

// Slots that two bytes alone cannot tell: those of a segment that was merged beyond 65,536 rows.
TEST(Search, EqualsTheExhaustiveScanOfALargeSegment) {
  DatasetPtr dataset = MakeQuestionDataset(MakeZipfQuestions(100'000, 2, 1));
  while (dataset->NeedsMerge()) dataset = Dataset::Install(dataset, dataset->Merge([] { return false; }));
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
    dataset = ApplyNext(dataset, delta, DatasetSettings{.lexical = words.Lexical()});
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
  DatasetPtr dataset = DatasetOf(examples);
  for (const LexicalSettings lexical : {LexicalSettings{2, 0.7}, {kMaxBm25K1, 1}, {kMaxBm25K1, 0}, {0.01, 1}})
    dataset = ApplyNext(dataset, {}, DatasetSettings{.lexical = lexical});
  for (int64_t version = 1; version <= dataset->latest(); ++version) {
    const NaiveSearch naive(dataset, version);
    const auto expected = naive.Search("card", examples.size(), AcceptAll);
    for (size_t limit = 1; limit <= expected.size(); limit += 29) {
      auto first = expected;
      first.resize(limit);
      ExpectEqual(DatasetView(dataset, version).Search("card", limit), first);
    }
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

// A search that looks at every row, to hold the real one against.
#ifndef ATTUNE_TESTS_DATASET_NAIVE_SEARCH_H_
#define ATTUNE_TESTS_DATASET_NAIVE_SEARCH_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "base/analyzer.h"
#include "dataset/bm25.h"
#include "dataset/dataset.h"
#include "dataset/search.h"
#include "dataset/selection.h"

namespace attune {

struct NaiveRow {
  uint64_t position = 0;
  ExampleView example;
  std::vector<uint64_t> terms;
  bool visible = false;
};

// All rows added at or before a version, removed ones included, found by listing every version.
class NaiveSearch {
 public:
  NaiveSearch(const DatasetPtr& dataset, int64_t version) : lexical_(dataset->Settings(version).lexical) {
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
    const Bm25Weights weights(lexical_, average_);
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
      const auto [k1, b] = lexical_;
      hits[i].plain += idf * counts[i] * (k1 + 1) / (counts[i] + k1 * (1 - b + b * length / average_));
      const Mass mass = ToMass(idf, unit);
      masses[i] += counts[i] == 1 ? mass : weights.Repeat(mass, counts[i], static_cast<uint32_t>(length));
    }
  }

  std::vector<NaiveRow> rows_;
  const LexicalSettings lexical_;
  double average_ = 1;
};

inline void ExpectEqual(const std::vector<ScoredExample>& found, const std::vector<NaiveSearch::Hit>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    ASSERT_TRUE(found[i].example == expected[i].row->example)
        << "place " << i << ": " << std::string_view(found[i].example.id()) << " for "
        << std::string_view(expected[i].row->example.id());
    EXPECT_NEAR(found[i].score, expected[i].plain, 1e-4 * expected[i].plain);  // masses are rounded
    EXPECT_EQ(found[i].rank, static_cast<int32_t>(i));
  }
}

inline bool AcceptAll(ExampleView) { return true; }
inline bool AcceptOdd(ExampleView example) { return (std::string_view(example.id()).back() - '0') % 2 == 1; }

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_NAIVE_SEARCH_H_

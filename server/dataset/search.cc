#include "dataset/search.h"

#include <algorithm>
#include <cmath>

#include "base/analyzer.h"

namespace attune {
namespace {

// Partial scores are kept in float; this much below a bound counts as reaching it, so that rounding loses no row. The
// final scores are computed in double, in one order of terms, whichever way a row was found.
constexpr double kRounding = 1e-4;

bool Better(const RankedRow& a, const RankedRow& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

// The limit-th largest of some scores; 0 if there are fewer.
class Threshold {
 public:
  explicit Threshold(size_t limit) : limit_(limit) {}
  void Add(float score) {
    if (heap_.size() < limit_) {
      heap_.push_back(score);
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    } else if (score > heap_.front()) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      heap_.back() = score;
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
    }
  }
  double value() const { return heap_.size() < limit_ ? 0 : heap_.front(); }

 private:
  const size_t limit_;
  std::vector<float> heap_;
};

}  // namespace

Bm25Query::Bm25Query(const Dataset& dataset, int64_t version, std::string_view question)
    : dataset_(dataset), version_(version) {
  const Dataset::Statistics& statistics = dataset.StatisticsAt(version);
  if (statistics.rows > 0) average_length_ = std::max(1.0, static_cast<double>(statistics.terms) / statistics.rows);
  std::vector<uint64_t> terms = AnalyzeText(question);
  const auto length = static_cast<uint32_t>(terms.size());
  std::sort(terms.begin(), terms.end());
  for (size_t i = 0; i < terms.size();) {
    const size_t first = i;
    while (i < terms.size() && terms[i] == terms[first]) ++i;
    AddTerm(terms[first], statistics.rows);
    best_possible_ += Weight(terms_.back(), static_cast<uint32_t>(i - first), length);
    if (terms_.back().lists.empty()) terms_.pop_back();
  }
  std::stable_sort(terms_.begin(), terms_.end(), [](const Term& a, const Term& b) { return a.bound > b.bound; });
}

void Bm25Query::AddTerm(uint64_t hash, uint32_t rows) {
  Term& term = terms_.emplace_back();
  size_t occurrences = 0;
  uint32_t max_count = 0;
  for (const auto& segment : dataset_.segments()) {
    if (segment->begin() >= rows) break;
    std::span<const Posting> postings = segment->Postings(hash);
    if (segment->end() > rows) {
      const auto end = std::lower_bound(postings.begin(), postings.end(), rows,
                                        [](const Posting& posting, uint32_t row) { return posting.row < row; });
      postings = postings.first(static_cast<size_t>(end - postings.begin()));
    }
    if (postings.empty()) continue;
    occurrences += postings.size();
    max_count = std::max(max_count, segment->MaxCount(hash));
    term.lists.push_back({postings, segment->begin()});
  }
  const double df = static_cast<double>(occurrences);
  term.idf = std::log1p((rows - df + 0.5) / (df + 0.5));
  term.bound = Weight(term, max_count, 0);
}

double Bm25Query::Weight(const Term& term, uint32_t count, uint32_t length) const {
  const double norm = kBm25K1 * (1 - kBm25B + kBm25B * length / average_length_);
  return term.idf * count * (kBm25K1 + 1) / (count + norm);
}

uint32_t Bm25Query::CountIn(const Term& term, uint32_t row) {
  for (auto list = term.lists.rbegin(); list != term.lists.rend(); ++list) {
    if (row < list->first_row) continue;
    const auto at = std::lower_bound(list->postings.begin(), list->postings.end(), row,
                                     [](const Posting& posting, uint32_t wanted) { return posting.row < wanted; });
    return at != list->postings.end() && at->row == row ? at->count : 0;
  }
  return 0;
}

double Bm25Query::ExactScore(uint32_t row) const {
  const uint32_t length = dataset_.RowAt(row).length;
  double score = 0;
  for (const Term& term : terms_) {
    if (const uint32_t count = CountIn(term, row); count > 0) score += Weight(term, count, length);
  }
  return score;
}

// MaxScore (Turtle and Flood, 1995), term at a time: once the terms that are left cannot lift an unseen row into the
// result, only rows seen so far are looked at any more.
std::vector<RankedRow> Bm25Query::Search(size_t limit, absl::FunctionRef<bool(const Row&)> accept) const {
  std::vector<RankedRow> best;
  if (terms_.empty() || limit == 0) return best;
  double left = 0;  // the most that the terms not yet added can give
  for (const Term& term : terms_) left += term.bound;
  std::vector<float> partial(dataset_.StatisticsAt(version_).rows);
  std::vector<uint32_t> seen;
  double threshold = 0;
  const auto wanted = [&](uint32_t row) {
    const Row& candidate = dataset_.RowAt(row);
    return candidate.VisibleAt(version_) && accept(candidate);
  };
  for (const Term& term : terms_) {
    if (threshold > 0 && left < threshold * (1 - kRounding)) break;
    left -= term.bound;
    for (const List& list : term.lists) {
      for (const Posting& posting : list.postings) {
        float& score = partial[posting.row];
        if (score == 0) {
          if (!wanted(posting.row)) continue;
          seen.push_back(posting.row);
        }
        score += static_cast<float>(Weight(term, posting.count, dataset_.RowAt(posting.row).length));
      }
    }
    Threshold kth(limit);
    for (const uint32_t row : seen) kth.Add(partial[row]);
    threshold = kth.value();
  }
  for (const uint32_t row : seen) {
    if (partial[row] + left >= threshold * (1 - kRounding)) best.push_back({row, ExactScore(row)});
  }
  const size_t keep = std::min(limit, best.size());
  std::partial_sort(best.begin(), best.begin() + static_cast<ptrdiff_t>(keep), best.end(), Better);
  best.resize(keep);
  return best;
}

double Bm25Query::Coverage(double score) const {
  return best_possible_ > 0 ? std::clamp(score / best_possible_, 0.0, 1.0) : 0;
}

}  // namespace attune

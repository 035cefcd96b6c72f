#include "dataset/search.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/analyzer.h"

namespace attune {
namespace {

std::vector<QuestionTerm> CountTerms(std::vector<uint64_t> hashes) {
  std::sort(hashes.begin(), hashes.end());
  std::vector<QuestionTerm> terms;
  terms.reserve(hashes.size());
  for (const uint64_t hash : hashes) {
    if (terms.empty() || terms.back().hash != hash) {
      if (terms.size() == kMaxQuestionTerms) break;  // those with the smallest hashes: a fair sample of the text
      terms.push_back({.hash = hash, .index = terms.size()});
    }
    terms.back().count = std::min(terms.back().count + 1, kMaxTermCount);
  }
  return terms;
}

}  // namespace

Bm25Query::Bm25Query(const Dataset& dataset, int64_t version, std::string_view question)
    : dataset_(dataset),
      version_(version),
      rows_(dataset.StatisticsAt(version).rows),
      places_(dataset.PlacesAt(version)),
      weights_(dataset.WeightsAt(version)) {
  AnalyzedQuestion analyzed = AnalyzeQuestion(question);
  const auto length = static_cast<uint32_t>(std::min<size_t>(analyzed.length, kMaxInputTerms));
  std::vector<QuestionTerm> terms = CountTerms(std::move(analyzed.terms));
  terms_ = terms.size();
  std::vector<PostingList> found;  // segment by segment, in each term by term
  found.reserve(terms.size() * dataset.segments().size());
  for (QuestionTerm& term : terms) term.df = dataset.DroppedWith(term.hash);
  for (const auto& segment : dataset.segments()) {
    if (segment->begin() >= places_) break;
    for (const QuestionTerm& term : terms) segment->Prefetch(term.hash);
    const size_t first = found.size();
    for (const QuestionTerm& term : terms) found.push_back(segment->Find(term.hash));
    for (size_t i = 0; i < terms.size(); ++i) {
      const PostingList& list = found[first + i];
      if (list.levels() == 0) continue;
      list.Prefetch();
      terms[i].df += RowsBefore(places_ - segment->begin(), segment->size(), list.rows(0));
    }
  }
  std::sort(terms.begin(), terms.end(), [](const QuestionTerm& a, const QuestionTerm& b) { return a.df < b.df; });
  WeighTerms(terms, length);
  AddLists(terms, found);
}

void Bm25Query::WeighTerms(std::vector<QuestionTerm>& terms, uint32_t length) {
  double idf_sum = 0;
  for (QuestionTerm& term : terms) {
    term.idf = Bm25Idf(rows_, term.df);
    idf_sum += term.idf;
  }
  unit_ = MassUnit(idf_sum);
  Mass best_possible = 0;
  for (QuestionTerm& term : terms) {
    term.mass = ToMass(term.idf, unit_);
    best_possible += weights_->Repeat(term.mass, term.count, length);
  }
  best_possible_ = weights_->Score(best_possible, length);
}

void Bm25Query::AddLists(const std::vector<QuestionTerm>& terms, const std::vector<PostingList>& found) {
  lists_.reserve(found.size());
  for (size_t begin = 0; begin < found.size(); begin += terms.size()) {
    for (const QuestionTerm& term : terms) {
      const PostingList& list = found[begin + term.index];
      if (list.levels() > 0) lists_.push_back({.postings = list, .idf = term.mass});
    }
    ends_.push_back(lists_.size());
  }
}

std::vector<RankedRow> Bm25Query::Search(size_t limit, absl::FunctionRef<bool(const Row&)> accept) const {
  if (lists_.empty() || limit == 0) return {};
  TopRows best(limit);
  SegmentScan scan(*weights_, best);
  std::vector<ScanList> lists = lists_;
  const auto prefetch = [&](uint32_t place) { __builtin_prefetch(&dataset_.RowIn(place)); };
  const auto wanted = [&](uint32_t place) {
    const Row& row = dataset_.RowIn(place);
    return row.VisibleAt(version_) && accept(row);
  };
  size_t begin = 0;
  for (size_t i = 0; i < ends_.size(); ++i) {
    const auto of_segment = std::span(lists).subspan(begin, ends_[i] - begin);
    const Segment& segment = *dataset_.segments()[i];
    const uint32_t rows = std::min(segment.size(), places_ - segment.begin());
    scan.Run(segment, rows, of_segment, {.prefetch = prefetch, .wanted = wanted});
    begin = ends_[i];
  }
  std::vector<RankedRow> ranked = best.Take();
  for (RankedRow& row : ranked) {
    dataset_.RowIn(row.row).example.Prefetch();
    row.row = dataset_.PositionOf(row.row);
    row.score *= unit_;  // exact: a power of two
  }
  return ranked;
}

double Bm25Query::ShareOfBest(double score) const {
  return best_possible_ > 0 ? std::clamp(score / (best_possible_ * unit_), 0.0, 1.0) : 0;
}

}  // namespace attune

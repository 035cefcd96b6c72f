#include <algorithm>
#include <span>

#include "dataset/coverage.h"
#include "dataset/dataset.h"
#include "dataset/row.h"
#include "dataset/search.h"
#include "dataset/selection.h"

namespace attune {

ExampleView DatasetView::Find(std::string_view id) const {
  if (dataset_ == nullptr) return {};
  const int64_t row = dataset_->FindRow(id, version_);
  return row < 0 ? ExampleView() : dataset_->RowIn(static_cast<uint32_t>(row)).example;
}

void DatasetView::Visit(uint64_t from, const std::function<bool(uint64_t position, ExampleView)>& visit) const {
  if (dataset_ == nullptr) return;
  if (from >= dataset_->StatisticsAt(version_).rows) return;
  const uint32_t end = dataset_->PlacesAt(version_);
  for (uint32_t place = dataset_->PlaceOf(static_cast<uint32_t>(from)); place < end; ++place) {
    const Row& row = dataset_->RowIn(place);
    if (row.VisibleAt(version_) && !visit(dataset_->PositionOf(place), row.example)) return;
  }
}

std::vector<ScoredExample> DatasetView::Search(std::string_view question, size_t limit,
                                               const std::function<bool(ExampleView)>& accept) const {
  std::vector<ScoredExample> found;
  if (dataset_ == nullptr) return found;
  const Bm25Query query(*dataset_, version_, question);
  const std::vector<RankedRow> ranked = query.Search(
      std::max(limit, kCoverageRows), [&](const Row& row) { return accept == nullptr || accept(row.example); });
  const QuestionCoverage coverage(*dataset_, version_, query, ranked);
  for (const RankedRow& row : std::span(ranked).first(std::min(limit, ranked.size()))) {
    found.push_back({.example = dataset_->RowAt(row.row).example,
                     .score = row.score,
                     .coverage = coverage.Of(row.score),
                     .rank = static_cast<int32_t>(found.size())});
  }
  return found;
}

std::vector<ExampleDifference> DiffVersions(const DatasetPtr& dataset, int64_t from, int64_t to) {
  std::vector<ExampleDifference> differences;
  const DatasetView before(dataset, from), after(dataset, to);
  const auto collect = [](const DatasetView& view, const DatasetView& other, auto add) {
    view.Visit(0, [&](uint64_t, ExampleView example) {
      add(example, other.Find(example.id()));
      return true;
    });
  };
  collect(before, after, [&](ExampleView example, ExampleView now) {
    if (now != example) differences.push_back({example, now});
  });
  collect(after, before, [&](ExampleView example, ExampleView then) {
    if (!then) differences.push_back({{}, example});
  });
  return differences;
}

DatasetDelta RollbackDelta(const DatasetPtr& dataset, int64_t version) {
  DatasetDelta delta;
  for (const ExampleDifference& difference : DiffVersions(dataset, dataset->latest(), version)) {
    if (difference.after) {
      delta.upserts.push_back(std::make_shared<const Example>(difference.after.Unpack()));
    } else {
      delta.deletes.emplace_back(difference.before.id());
    }
  }
  return delta;
}

}  // namespace attune

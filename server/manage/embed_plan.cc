#include "manage/embed_plan.h"

#include <algorithm>
#include <set>

#include "dataset/row.h"
#include "dataset/semantic_selection.h"

namespace attune {
namespace {

std::set<int64_t> VersionsInUse(const DatasetHistory& history) {
  std::set<int64_t> versions = {history.dataset->latest()};
  for (const auto& [name, states] : history.aliases) {
    const AliasState* state = AliasAt(history.aliases, name, 0);
    if (state == nullptr) continue;
    versions.insert(state->version);
    if (state->canary_version != 0) versions.insert(state->canary_version);
  }
  std::erase_if(versions, [&](int64_t version) { return !history.dataset->Keeps(version); });
  return versions;
}

// Where a walk goes on that has come to a place: behind all rows of the version, if that is behind their places.
uint64_t PositionAfter(const Dataset& dataset, int64_t version, uint32_t place) {
  return place < dataset.PlacesAt(version) ? dataset.PositionOf(place) : dataset.StatisticsAt(version).rows;
}

}  // namespace

std::map<VectorKey, std::vector<int64_t>> WantedVectors(const Catalog& catalog) {
  std::map<VectorKey, std::vector<int64_t>> wanted;
  for (const auto& [name, history] : catalog.datasets) {
    for (const int64_t version : VersionsInUse(*history)) {
      const EmbeddingSettings& settings = history->dataset->Settings(version).embedding;
      if (!settings.model.empty()) wanted[{name, settings}].push_back(version);
    }
  }
  return wanted;
}

std::vector<RowText> RowsFrom(const Dataset& dataset, uint64_t from, size_t limit, uint64_t& next) {
  std::vector<RowText> rows;
  const uint32_t end = dataset.PlacesAt(dataset.latest());
  uint32_t place = dataset.PlaceOf(static_cast<uint32_t>(from));
  for (; place < end && rows.size() < limit; ++place) {
    const uint32_t row = dataset.PositionOf(place);
    if (!dataset.IsDead(row)) rows.push_back({row, dataset.RowIn(place).example.input()});
  }
  next = PositionAfter(dataset, dataset.latest(), place);
  return rows;
}

std::vector<RowText> MissingRows(const Dataset& dataset, const std::vector<int64_t>& versions, const VectorIndex* index,
                                 const absl::flat_hash_set<uint32_t>& refused, uint64_t from, size_t limit,
                                 uint64_t& next) {
  std::vector<RowText> rows;
  const uint32_t end = dataset.PlacesAt(versions.back());
  uint32_t place = dataset.PlaceOf(static_cast<uint32_t>(from));
  for (; place < end && rows.size() < limit; ++place) {
    const uint32_t position = dataset.PositionOf(place);
    if ((index != nullptr && index->Has(position)) || refused.contains(position)) continue;
    const Row& row = dataset.RowIn(place);
    if (!row.train) continue;
    const auto shows = [&row](int64_t version) { return row.VisibleAt(version); };
    if (std::any_of(versions.begin(), versions.end(), shows)) rows.push_back({position, row.example.input()});
  }
  next = PositionAfter(dataset, versions.back(), place);
  return rows;
}

int64_t CountEmbedded(const DatasetView& view, const VectorIndex& index) {
  return view.dataset()->Version(view.version()).train - CountWithoutVector(view, index);
}

}  // namespace attune

#include "manage/vector_renewal.h"

#include <utility>

#include "base/error.h"
#include "dataset/row.h"

namespace attune {
namespace {

bool IsDropped(const Dataset& dataset, uint32_t row) { return !dataset.RowAt(row).example; }

uint32_t CountDropped(const Dataset& dataset) {
  return dataset.StatisticsAt(dataset.latest()).rows - dataset.PlacesAt(dataset.latest());
}

std::shared_ptr<const VectorIndex> Pass(const std::shared_ptr<const VectorIndex>& index, const Dataset& dataset,
                                        uint32_t begin, uint32_t end) {
  return VectorIndex::Pass(index, begin, end, [&dataset](uint32_t position) {
    const Row& row = dataset.RowAt(position);
    return !row.example || row.train == 0;
  });
}

bool IsWorthIt(const VectorIndex& index, const Dataset& dataset) {
  size_t without_row = 0;
  for (size_t slot = 0; slot < index.size(); ++slot) without_row += IsDropped(dataset, index.RowOf(slot)) ? 1 : 0;
  return without_row >= kLeastDroppedVectors && without_row >= index.size() / kDroppedVectorsShare;
}

}  // namespace

bool VectorRenewal::PassRows(std::shared_ptr<const VectorIndex>& index, const Dataset& dataset) {
  const bool more_dropped = CountDropped(dataset) != std::exchange(passed_dropped_, CountDropped(dataset));
  if (more_dropped) passed_ = 0;
  const uint32_t end = dataset.StatisticsAt(dataset.latest()).rows;
  if (index == nullptr || passed_ == end) return more_dropped;
  index = Pass(index, dataset, passed_, end);
  if (fresh_ != nullptr) fresh_ = Pass(fresh_, dataset, passed_, end);
  passed_ = end;
  return more_dropped;
}

bool VectorRenewal::Pending(const Dataset& dataset) const {
  return fresh_ != nullptr || CountDropped(dataset) != looked_at_;
}

absl::Status VectorRenewal::Step(std::shared_ptr<const VectorIndex>& index, const Dataset& dataset) {
  if (fresh_ == nullptr) {
    looked_at_ = CountDropped(dataset);
    if (!IsWorthIt(*index, dataset)) return absl::OkStatus();
    fresh_ = VectorIndex::Only(*index, [&](uint32_t row) { return !IsDropped(dataset, row); });
    fresh_ = Pass(fresh_, dataset, 0, dataset.StatisticsAt(dataset.latest()).rows);
  } else if (fresh_->NeedsMerge()) {
    ATTUNE_ASSIGN_OR_RETURN(fresh_, VectorIndex::Merge(fresh_));
  }
  if (!fresh_->NeedsMerge()) Replace(index, std::exchange(fresh_, nullptr));
  return absl::OkStatus();
}

void VectorRenewal::Replace(std::shared_ptr<const VectorIndex>& index, std::shared_ptr<const VectorIndex> next) {
  replaced_.Keep(index->Parts(), next->Parts());
  index = std::move(next);
}

bool VectorRenewal::Free() {
  replaced_.Free();
  return !replaced_.empty();
}

absl::Status VectorRenewal::Add(const std::vector<VectorIndex::Added>& added) {
  if (fresh_ == nullptr) return absl::OkStatus();
  ATTUNE_ASSIGN_OR_RETURN(fresh_, VectorIndex::Add(fresh_, added));
  return absl::OkStatus();
}

}  // namespace attune

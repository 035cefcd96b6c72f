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

bool IsWorthIt(const VectorIndex& index, const Dataset& dataset) {
  size_t without_row = 0;
  for (size_t slot = 0; slot < index.size(); ++slot) without_row += IsDropped(dataset, index.RowOf(slot)) ? 1 : 0;
  return without_row >= kLeastDroppedVectors && without_row >= index.size() / kDroppedVectorsShare;
}

}  // namespace

bool VectorRenewal::Pending(const Dataset& dataset) const {
  return fresh_ != nullptr || CountDropped(dataset) != looked_at_;
}

absl::Status VectorRenewal::Step(std::shared_ptr<const VectorIndex>& index, const Dataset& dataset) {
  if (fresh_ == nullptr) {
    looked_at_ = CountDropped(dataset);
    if (!IsWorthIt(*index, dataset)) return absl::OkStatus();
    fresh_ = VectorIndex::Only(*index, [&](uint32_t row) { return !IsDropped(dataset, row); });
  } else if (fresh_->NeedsMerge()) {
    ATTUNE_ASSIGN_OR_RETURN(fresh_, VectorIndex::Merge(fresh_));
  }
  if (!fresh_->NeedsMerge()) index = std::exchange(fresh_, nullptr);
  return absl::OkStatus();
}

absl::Status VectorRenewal::Add(const std::vector<VectorIndex::Added>& added) {
  if (fresh_ == nullptr) return absl::OkStatus();
  ATTUNE_ASSIGN_OR_RETURN(fresh_, VectorIndex::Add(fresh_, added));
  return absl::OkStatus();
}

}  // namespace attune

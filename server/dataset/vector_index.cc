#include "dataset/vector_index.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/strings.h"
#include "dataset/dot_product.h"

namespace attune {
namespace {

absl::Status BadVector(std::string_view reason, uint32_t row, std::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, reason)
      .Message(StrCat("the vector of row ", row, " cannot be added: ", what))
      .With("row", row);
}

}  // namespace

std::shared_ptr<const VectorIndex> VectorIndex::Empty(uint32_t dimensions) {
  auto index = std::make_shared<VectorIndex>();
  index->store_ = std::make_shared<VectorStore>(dimensions);
  return index;
}

absl::Status VectorIndex::Check(const std::vector<Added>& added) const {
  if (size_ != store_->size()) {
    return Error(absl::StatusCode::kInternal, "INDEX_NOT_NEWEST")
        .Message(
            StrCat("vectors can only be added to the newest index, which has ", store_->size(), " and not ", size_));
  }
  if (added.size() > kMaxVectors - size_) {
    return Error(absl::StatusCode::kInvalidArgument, "TOO_MANY_VECTORS")
        .Message(StrCat("an index holds at most ", kMaxVectors, " vectors"));
  }
  std::vector<uint32_t> rows;
  rows.reserve(added.size());
  for (const Added& one : added) {
    if (one.vector.size() != dimensions()) {
      return BadVector("BAD_VECTOR", one.row,
                       StrCat("it has ", one.vector.size(), " numbers, the index takes ", dimensions()));
    }
    if (!IsUnitVector(one.vector)) return BadVector("BAD_VECTOR", one.row, "its length is not 1");
    if (Has(one.row)) return BadVector("ROW_HAS_VECTOR", one.row, "the row has one");
    rows.push_back(one.row);
  }
  std::sort(rows.begin(), rows.end());
  const auto twice = std::adjacent_find(rows.begin(), rows.end());
  if (twice != rows.end()) return BadVector("ROW_HAS_VECTOR", *twice, "the row is there twice");
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const VectorIndex>> VectorIndex::Add(const std::shared_ptr<const VectorIndex>& base,
                                                                    const std::vector<Added>& added) {
  ATTUNE_RETURN_IF_ERROR(base->Check(added));
  auto next = std::make_shared<VectorIndex>(*base);
  for (const Added& one : added) next->store_->Append(one.row, one.vector);
  next->SeeAll();
  return std::shared_ptr<const VectorIndex>(std::move(next));
}

std::shared_ptr<const VectorIndex> VectorIndex::Only(const VectorIndex& index,
                                                     absl::FunctionRef<bool(uint32_t row)> wanted) {
  auto only = std::make_shared<VectorIndex>();
  only->store_ = std::make_shared<VectorStore>(index.dimensions());
  for (size_t slot = 0; slot < index.size(); ++slot) {
    const uint32_t row = index.RowOf(slot);
    if (wanted(row)) only->store_->Append(row, index.VectorOf(row));
  }
  only->SeeAll();
  return only;
}

std::shared_ptr<const VectorIndex> VectorIndex::Pass(const std::shared_ptr<const VectorIndex>& base, uint64_t begin,
                                                     uint64_t end, absl::FunctionRef<bool(uint32_t row)> never) {
  auto next = std::make_shared<VectorIndex>(*base);
  for (uint64_t row = begin; row < end; ++row) {
    if (never(static_cast<uint32_t>(row))) next->store_->Pass(static_cast<uint32_t>(row));
  }
  next->SeeAll();
  return next;
}

void VectorIndex::SeeAll() {
  const uint64_t seen = rows_end_ / kRowsPerGroup, groups = store_->RowsEnd() / kRowsPerGroup;
  size_ = store_->size();
  rows_end_ = store_->RowsEnd();
  std::erase_if(open_groups_, [this](uint32_t group) { return store_->IsSettled(group); });
  for (uint64_t group = seen; group < groups; ++group) {
    if (!store_->IsSettled(group)) open_groups_.push_back(static_cast<uint32_t>(group));
  }
}

absl::StatusOr<std::shared_ptr<const VectorIndex>> VectorIndex::Merge(
    const std::shared_ptr<const VectorIndex>& snapshot) {
  const size_t end = std::min(snapshot->size_, snapshot->Linked() + kVectorsPerMerge);
  if (end == snapshot->Linked()) return snapshot;
  auto merged = std::make_shared<VectorIndex>(*snapshot);
  ATTUNE_ASSIGN_OR_RETURN(merged->graph_, VectorGraph::Extend(snapshot->graph_.get(), snapshot->store_, end));
  return std::shared_ptr<const VectorIndex>(std::move(merged));
}

std::shared_ptr<const VectorIndex> VectorIndex::Install(const std::shared_ptr<const VectorIndex>& newest,
                                                        const std::shared_ptr<const VectorIndex>& merged) {
  if (merged->store_ != newest->store_ || merged->Linked() <= newest->Linked()) return newest;
  auto next = std::make_shared<VectorIndex>(*newest);
  next->graph_ = merged->graph_;
  return next;
}

std::span<const float> VectorIndex::VectorOf(uint32_t row) const {
  const uint32_t slot = SlotOf(row);
  if (slot == kNoSlot) return {};
  return {store_->At(slot), dimensions()};
}

void VectorIndex::VisitMissing(uint32_t end, absl::FunctionRef<bool(uint32_t row)> visit) const {
  for (const uint32_t group : open_groups_) {
    const uint64_t first = uint64_t{group} * kRowsPerGroup;
    if (first >= end) return;
    for (uint64_t row = first; row < std::min<uint64_t>(end, first + kRowsPerGroup); ++row) {
      if (!Has(static_cast<uint32_t>(row)) && !visit(static_cast<uint32_t>(row))) return;
    }
  }
  for (uint64_t row = rows_end_; row < end; ++row) {
    if (!visit(static_cast<uint32_t>(row))) return;
  }
}

}  // namespace attune

#include "manage/export_session.h"

#include <utility>

#include "base/error.h"
#include "manage/convert_format.h"

namespace attune {
namespace {

absl::StatusOr<std::optional<Split>> SplitFromProto(v1::Split split) {
  switch (split) {
    case v1::SPLIT_UNSPECIFIED:
      return std::nullopt;
    case v1::TRAIN:
      return Split::kTrain;
    case v1::TEST:
      return Split::kTest;
    default:
      return BadField("BAD_PARAMETER", "split", "is not a split; use TRAIN or TEST");
  }
}

}  // namespace

ExportSession::ExportSession(DatasetView view, std::optional<Split> split, Exporter exporter)
    : view_(std::move(view)), split_(split), exporter_(exporter) {}

absl::StatusOr<ExportSession> ExportSession::Start(const Catalog& catalog, const v1::ExportDatasetRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const FileFormat format, FormatFromProto(request.format(), "format"));
  ATTUNE_ASSIGN_OR_RETURN(const Exporter exporter, Exporter::Create(format));
  ATTUNE_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFromProto(request.split()));
  ATTUNE_ASSIGN_OR_RETURN(ResolvedDataset dataset, ResolveDataset(catalog, request.dataset(), 0, ""));
  return ExportSession(std::move(dataset.view), split, exporter);
}

bool ExportSession::Next(std::string& piece) {
  if (state_ == State::kDone) return false;
  if (state_ == State::kBegin) {
    exporter_.Begin(piece);
    state_ = State::kRows;
  }
  const size_t full = piece.size() + kExportPieceBytes;
  bool more = false;
  view_.Visit(position_, [&](uint64_t position, ExampleView example) {
    if (piece.size() >= full) {
      more = true;
      return false;
    }
    position_ = position + 1;
    if (!split_.has_value() || example.split() == *split_) exporter_.Add(example, piece);
    return true;
  });
  if (more) return true;
  exporter_.End(piece);
  state_ = State::kDone;
  return !piece.empty();
}

}  // namespace attune

// A version of a dataset as the bytes of a file, made piece by piece.
#ifndef ATTUNE_MANAGE_EXPORT_SESSION_H_
#define ATTUNE_MANAGE_EXPORT_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "dataset/exporter.h"
#include "prompt/catalog.h"

namespace attune {

inline constexpr size_t kExportPieceBytes = 256 << 10;  // a piece is full when it has at least so many

// Not thread-safe. Keeps the dataset's snapshot alive.
class ExportSession {
 public:
  // Errors: catalog.proto, ExportDataset.
  static absl::StatusOr<ExportSession> Start(const Catalog& catalog, const v1::ExportDatasetRequest& request);

  // Appends the next bytes to `piece`; false at the end, with nothing appended.
  bool Next(std::string& piece);

 private:
  ExportSession(DatasetView view, std::optional<Split> split, Exporter exporter);

  DatasetView view_;
  std::optional<Split> split_;
  Exporter exporter_;
  uint64_t position_ = 0;
  enum class State { kBegin, kRows, kDone } state_ = State::kBegin;
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_EXPORT_SESSION_H_

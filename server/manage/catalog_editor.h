// The writes of the catalog as use cases: every check of a request, then one job for the writer.
#ifndef ATTUNE_MANAGE_CATALOG_EDITOR_H_
#define ATTUNE_MANAGE_CATALOG_EDITOR_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "attune/v1/attune.pb.h"
#include "attune/v1/catalog.pb.h"
#include "base/snapshot_cell.h"
#include "dataset/dataset.h"
#include "manage/catalog_writer.h"
#include "provider/registry.h"

namespace attune {

inline constexpr int kMaxMutations = 100'000;  // of one UpdateDataset
inline constexpr size_t kMaxDescriptionBytes = 4096;

// Called exactly once, on the writer's thread or inside the call.
template <typename Response>
using Reply = std::function<void(absl::StatusOr<Response>)>;

// Thread-safe. Errors are those that catalog.proto and attune.proto list with each RPC.
class CatalogEditor {
 public:
  // Both must outlive the editor and its replies. `providers` are looked at when settings name a model.
  CatalogEditor(CatalogWriter& writer, const SnapshotCell<ProviderRegistry>& providers)
      : writer_(writer), providers_(providers) {}

  void PutPrompt(const v1::PutPromptRequest& request, Reply<v1::PutPromptResponse> reply);
  void SetAlias(const v1::SetAliasRequest& request, Reply<v1::SetAliasResponse> reply);
  void UpdateDataset(const v1::UpdateDatasetRequest& request, Reply<v1::UpdateDatasetResponse> reply);
  void RollbackDataset(const v1::RollbackDatasetRequest& request, Reply<v1::UpdateDatasetResponse> reply);

  // A parsed file (see import_session.h), with checked options. `fingerprint`: hash of options and rows.
  struct ImportedRows {
    std::vector<ExamplePtr> examples;
    v1::ImportDatasetResponse counts;  // what the parsing counted: rows, duplicates, format, escaped_cells
  };
  void Import(const v1::ImportOptions& options, ImportedRows rows, std::string fingerprint,
              Reply<v1::ImportDatasetResponse> reply);

 private:
  CatalogWriter& writer_;
  const SnapshotCell<ProviderRegistry>& providers_;
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_CATALOG_EDITOR_H_

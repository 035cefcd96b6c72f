// One import from its first byte to its version: the pieces of a file go in, one write comes out.
#ifndef ATTUNE_MANAGE_IMPORT_SESSION_H_
#define ATTUNE_MANAGE_IMPORT_SESSION_H_

#include <atomic>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "attune/v1/catalog.pb.h"
#include "dataset/importer.h"
#include "manage/catalog_editor.h"

namespace attune {

inline constexpr int kMaxImports = 4;  // at once, in the whole server

// How many imports are under way: each may hold kMaxImportedBytes of rows in memory.
class ImportSlots {
 public:
  // RESOURCE_EXHAUSTED (OVERLOADED) if kMaxImports are running. A slot taken is given back by Release.
  absl::Status Take();
  void Release() { --running_; }

 private:
  std::atomic<int> running_{0};
};

// Not thread-safe; its calls compute for long and belong on a worker.
class ImportSession {
 public:
  // Checks the options: INVALID_ARGUMENT as catalog.proto lists for ImportDataset.
  static absl::StatusOr<std::unique_ptr<ImportSession>> Start(const v1::ImportOptions& original);

  // The next bytes, in pieces of any size. An error ends the import.
  absl::Status Feed(std::string_view bytes) { return importer_.Feed(bytes); }
  // All bytes are there: parses the rest and writes. `reply` is called exactly once.
  void Finish(CatalogEditor& editor, Reply<v1::ImportDatasetResponse> reply);

 private:
  ImportSession(v1::ImportOptions options, Importer importer)
      : options_(std::move(options)), importer_(std::move(importer)) {}

  v1::ImportOptions options_;
  Importer importer_;
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_IMPORT_SESSION_H_

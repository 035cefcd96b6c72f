// One commit applied to the catalog. Pure: the live path and the replay at start-up are the same function, so recovery
// is a unit test.
#ifndef ATTUNE_MANAGE_APPLY_COMMIT_H_
#define ATTUNE_MANAGE_APPLY_COMMIT_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "attune/store/v1/commit.pb.h"
#include "prompt/catalog.h"

namespace attune {

// A catalog in the making. The single writer applies commits to it, then either publishes Finish() or calls Undo().
class CatalogDraft {
 public:
  explicit CatalogDraft(const CatalogPtr& base);

  // The state with all commits applied so far.
  const Catalog& catalog() const { return *draft_; }

  // On an error nothing is changed. DATA_LOSS (BAD_COMMIT) if the commit does not fit the catalog.
  absl::Status Apply(int64_t revision, const store::v1::Commit& commit);

  // The new snapshot; the draft must not be used afterwards.
  CatalogPtr Finish() { return std::move(draft_); }

  // What was applied so far is durable: Undo will not take it back. A long replay needs this, to let go of snapshots.
  void Keep() { applied_.clear(); }

  // Takes back what Apply marked in the datasets that the draft shares with published snapshots.
  void Undo();

 private:
  absl::Status ApplyPrompt(int64_t revision, const store::v1::Commit& commit);
  absl::Status ApplyDataset(int64_t revision, const store::v1::Commit& commit);
  absl::Status ApplyAlias(int64_t revision, const store::v1::AliasChange& change);

  std::shared_ptr<Catalog> draft_;
  std::vector<DatasetPtr> applied_;  // datasets made by Apply, in order
};

// An empty shelf: no prompt, and the dataset `default` without a version.
CatalogPtr EmptyCatalog();

}  // namespace attune

#endif  // ATTUNE_MANAGE_APPLY_COMMIT_H_

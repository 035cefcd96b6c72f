// Reading the catalog as the API shows it. Pure: each call looks at one snapshot.
#ifndef ATTUNE_MANAGE_CATALOG_READS_H_
#define ATTUNE_MANAGE_CATALOG_READS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "dataset/vector_shelf.h"
#include "prompt/catalog.h"

namespace attune {

// A page ends with the entry that reaches this: gRPC clients take 4 MiB unless told otherwise.
inline constexpr size_t kMaxPageBytes = 2 << 20;

// Part of a list: at most `size` entries from position `from` on. `next` is set to the position to go on from, 0 at the
// end.
struct Page {
  int64_t from = 0;
  int32_t size = 50;
  int64_t next = 0;
};

absl::StatusOr<v1::Prompt> GetPrompt(const Catalog& catalog, const std::string& reference);
v1::ListPromptsResponse ListPrompts(const Catalog& catalog, Page& page);
absl::StatusOr<v1::ListPromptVersionsResponse> ListPromptVersions(const Catalog& catalog, const std::string& name,
                                                                  Page& page);
absl::StatusOr<v1::GetAliasHistoryResponse> GetAliasHistory(const Catalog& catalog,
                                                            const v1::GetAliasHistoryRequest& request, Page& page);

// O(rows without a vector) if it has an embedding model.
absl::StatusOr<v1::Dataset> GetDataset(const Catalog& catalog, const VectorShelf& vectors,
                                       const std::string& reference);
v1::ListDatasetsResponse ListDatasets(const Catalog& catalog, Page& page);
absl::StatusOr<v1::ListDatasetVersionsResponse> ListDatasetVersions(const Catalog& catalog, const std::string& name,
                                                                    Page& page);
// `split`: only that one. Positions are those of the rows, stable for ever.
absl::StatusOr<v1::ListExamplesResponse> ListExamples(const Catalog& catalog, const std::string& reference,
                                                      std::optional<Split> split, Page& page);
absl::StatusOr<v1::DiffDatasetResponse> DiffDataset(const Catalog& catalog, const v1::DiffDatasetRequest& request,
                                                    Page& page);

// TRAIN, TEST, or nullopt for "both". INVALID_ARGUMENT (BAD_PARAMETER).
absl::StatusOr<std::optional<Split>> SplitFilter(v1::Split split);

}  // namespace attune

#endif  // ATTUNE_MANAGE_CATALOG_READS_H_

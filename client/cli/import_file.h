// One file into a dataset: opened, streamed with a progress bar, its errors told by file, line and column.
#ifndef ATTUNE_CLIENT_CLI_IMPORT_FILE_H_
#define ATTUNE_CLIENT_CLI_IMPORT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "client/cli/session.h"

namespace attune {

// "-" is stdin. Without a format in `options`, ".csv" and ".tsv" tell it; everything else the server detects.
absl::StatusOr<v1::ImportDatasetResponse> ImportFile(Session& session, const std::string& path,
                                                     v1::ImportOptions options);

// "faq.json (json, 100 rows) → default@1: 100 added, 0 updated, ...".
std::string DescribeImport(const std::string& path, const v1::ImportOptions& options,
                           const v1::ImportDatasetResponse& response);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_IMPORT_FILE_H_

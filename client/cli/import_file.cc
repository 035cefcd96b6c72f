#include "client/cli/import_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/strings.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/progress.h"
#include "client/enum_words.h"

namespace attune {
namespace {

constexpr size_t kPieceBytes = 256 << 10;

v1::Format FormatOf(const std::string& path) {
  if (path.ends_with(".csv")) return v1::CSV;
  if (path.ends_with(".tsv")) return v1::TSV;
  return v1::FORMAT_UNSPECIFIED;
}

absl::StatusOr<v1::ImportDatasetResponse> Stream(Session& session, const std::string& path,
                                                 const v1::ImportOptions& options, std::istream& input, int64_t size) {
  ProgressBar progress(session.console(), StrCat("import ", std::filesystem::path(path).filename().string()));
  int64_t sent = 0;
  return session.client().ImportDataset(options, [&]() -> absl::StatusOr<std::string> {
    std::string piece(kPieceBytes, '\0');
    input.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (input.bad()) return FileNotRead(path, std::strerror(errno));
    piece.resize(static_cast<size_t>(input.gcount()));
    sent += static_cast<int64_t>(piece.size());
    progress.Update(sent, size);
    return piece;
  });
}

}  // namespace

absl::StatusOr<v1::ImportDatasetResponse> ImportFile(Session& session, const std::string& path,
                                                     v1::ImportOptions options) {
  if (options.format() == v1::FORMAT_UNSPECIFIED) options.set_format(FormatOf(path));
  absl::StatusOr<v1::ImportDatasetResponse> response;
  if (path == "-") {
    response = Stream(session, "stdin", options, std::cin, 0);
  } else {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return FileNotRead(path, "it is a directory");
    std::ifstream file(path, std::ios::binary);
    if (!file) return FileNotRead(path, std::strerror(errno));
    const auto size = std::filesystem::file_size(path, error);  // a pipe has none
    response = Stream(session, path, options, file, error ? 0 : static_cast<int64_t>(size));
  }
  if (!response.ok()) return InFile(response.status(), path == "-" ? "stdin" : path);
  return response;
}

std::string DescribeImport(const std::string& path, const v1::ImportOptions& options,
                           const v1::ImportDatasetResponse& response) {
  const std::string dataset = options.dataset().empty() ? "default" : options.dataset();
  std::string line = StrCat(path, " (", WordOf(response.format()), ", ", Grouped(response.rows()), " rows) → ", dataset,
                            "@", response.version(), ": ");
  if (response.added() + response.updated() + response.deleted() == 0) {
    StrAppend(&line, "unchanged");
  } else {
    StrAppend(&line, Grouped(response.added()), " added, ", Grouped(response.updated()), " updated, ",
              Grouped(response.deleted()), " deleted, ", Grouped(response.unchanged()), " unchanged");
  }
  if (response.duplicates() > 0) StrAppend(&line, ", ", Grouped(response.duplicates()), " duplicates dropped");
  return StrCat(line, "; ", Grouped(response.train()), " for training, ", Grouped(response.test()), " for testing",
                options.validate_only() ? " (dry run: nothing was changed)" : "");
}

}  // namespace attune

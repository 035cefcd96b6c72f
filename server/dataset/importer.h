// From the bytes of a file to examples: every import format behind one door, in the server and in the command line.
//
//   ATTUNE_ASSIGN_OR_RETURN(Importer importer, Importer::Create({.test_share = 0.2}));
//   while (...) ATTUNE_RETURN_IF_ERROR(importer.Feed(piece));
//   ATTUNE_ASSIGN_OR_RETURN(ImportedFile file, importer.Finish());
//
// Bytes come in pieces of any size; how they are cut changes nothing. Rows are parsed as they become whole, so that
// beside the examples only one row's bytes are held. The formats' manuals: json_reader.h, csv_reader.h, transcript.h;
// the names of columns: columns.h; what is in them: example_builder.h.
#ifndef ATTUNE_DATASET_IMPORTER_H_
#define ATTUNE_DATASET_IMPORTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataset/example.h"
#include "dataset/file_format.h"

namespace attune {

inline constexpr size_t kMaxImportBytes = size_t{1} << 30;      // of one file
inline constexpr size_t kMaxImportRowBytes = size_t{16} << 20;  // of one row: a line, an array element, a CSV record
inline constexpr size_t kMaxImportedBytes = size_t{1} << 30;    // of all examples in memory, each counted with 256 more
inline constexpr size_t kMaxImportErrors = 100;                 // reported; the reading ends there

struct ImportSettings {
  FileFormat format = FileFormat::kDetect;
  // Names of columns or keys. Empty: the usual names are recognised. "-": the file has none (not for the input).
  std::string input_column = "";
  std::string output_column = "";
  std::string label_column = "";
  std::string id_column = "";
  std::string split_column = "";
  Split split = Split::kTrain;           // of rows that do not say
  double test_share = 0;                 // 0 to below 1, of the rows that do not say, by a hash of the input: to TEST
  bool deduplicate = false;              // drop rows that say the same as an earlier row of the file
  std::vector<std::string> labels = {};  // for every row
  bool output_as_label = false;
  bool keep_escapes = false;  // TSV: \n, \t, \r and \\ in cells stay as they are
};

struct ImportedFile {
  std::vector<ExamplePtr> examples;         // each with its id, in the order of the file, without the duplicates
  FileFormat format = FileFormat::kDetect;  // what was given or detected; never kDetect
  int64_t rows = 0;                         // examples that the file held, duplicates included
  int64_t duplicates = 0;                   // repeated to the letter, or dropped by `deduplicate`
  int64_t escaped_cells = 0;                // TSV cells in which an escape was read as the character it stands for
};

// Not thread-safe; of no use after an error or Finish. Errors are INVALID_ARGUMENT:
//   BAD_PARAMETER  the settings
//   BAD_FORMAT     the content is not of the format that was given; metadata as BAD_ROW
//   BAD_ENCODING   not UTF-8; metadata `line`, `column`, `cause`
//   BAD_ROW        metadata `line`, `column`, `cause` of the first error, `errors` their number; each of at most
//                  kMaxImportErrors is a field violation "line 3, column 7" with its cause
//   EMPTY_IMPORT   no rows
//   TOO_LARGE      a limit above
// Lines and columns count from 1, columns in characters.
class Importer {
 public:
  static absl::StatusOr<Importer> Create(ImportSettings settings);
  Importer(Importer&&) noexcept;
  Importer& operator=(Importer&&) noexcept;
  ~Importer();

  absl::Status Feed(std::string_view bytes);
  absl::StatusOr<ImportedFile> Finish();

 private:
  class Impl;
  explicit Importer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A whole file at once.
absl::StatusOr<ImportedFile> ImportBytes(std::string_view bytes, const ImportSettings& settings = {});

}  // namespace attune

#endif  // ATTUNE_DATASET_IMPORTER_H_

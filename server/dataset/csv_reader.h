// Records out of CSV or TSV text that arrives cut anywhere.
//
// RFC 4180: a cell that begins with a quote ends with the next one that is not doubled, and may hold delimiters and
// line ends; after it only a delimiter or a line end may follow. A quote elsewhere in a cell is text. Spaces are text.
// A record ends in LF, CRLF or CR; empty lines are skipped.
//
// TSV is written in two ways, and both are read: quoted as above, or with escapes, as the IANA registration leaves no
// other way to write a tab or a line end, and as QnA Maker, jq and PostgreSQL do it. In cells that are not quoted, \n,
// \r, \t and \\ stand for LF, CR, tab and the backslash; every other backslash is text.
#ifndef ATTUNE_DATASET_CSV_READER_H_
#define ATTUNE_DATASET_CSV_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "dataset/import_errors.h"

namespace attune {

inline constexpr size_t kMaxCsvColumns = 4096;

struct CsvCell {
  std::string text;
  FilePosition at;  // of its first character, which may be the quote
};

// Not thread-safe.
class CsvReader {
 public:
  // `end`: the place behind the last cell. The cells may be moved out.
  using OnRecord = absl::FunctionRef<void(std::vector<CsvCell>& cells, const FilePosition& end)>;

  // `errors` must outlive the reader. A record with an error is not reported, and the reading goes on after its line.
  CsvReader(char delimiter, bool read_escapes, ImportErrors& errors)
      : delimiter_(delimiter), read_escapes_(read_escapes), errors_(errors) {}

  // Returns early when the errors say stop.
  void Take(std::string_view text, OnRecord on_record);
  void End(OnRecord on_record);

  int64_t escaped_cells() const { return escaped_cells_; }

 private:
  enum class State { kCellStart, kPlain, kQuoted, kQuoteInQuoted, kSkipLine };

  // Bytes at the start of `text` that need no decision in this state.
  size_t RunLength(std::string_view text) const;
  void TakeRun(std::string_view run);
  void TakeSpecial(char c, OnRecord on_record);
  void EndCell();
  void EndRecord(OnRecord on_record);
  void CheckSize();

  const char delimiter_;
  const bool read_escapes_;
  ImportErrors& errors_;
  State state_ = State::kCellStart;
  FilePosition at_;
  FilePosition record_at_;
  FilePosition cell_at_;
  bool quoted_ = false;  // the cell
  std::string text_;     // of the cell
  std::vector<CsvCell> cells_;
  size_t record_bytes_ = 0;
  int64_t escaped_cells_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_CSV_READER_H_

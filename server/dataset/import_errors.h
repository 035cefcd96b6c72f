// What is wrong with a file and where: collected while it is read, one status in the end.
#ifndef ATTUNE_DATASET_IMPORT_ERRORS_H_
#define ATTUNE_DATASET_IMPORT_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace attune {

// A place in a file, counted from 1, columns in characters. Lines end in LF, CRLF or CR.
struct FilePosition {
  int64_t line = 1;
  int64_t column = 1;

  // Over the text that stands here; wherever a text is cut, its parts lead to the same place.
  void Advance(std::string_view text);

  bool after_cr = false;  // the last character was a CR: an LF that follows ends no further line
};

class ImportErrors {
 public:
  // `cause`: for a person, valid UTF-8; text of the file goes through Shown first.
  void Add(const FilePosition& at, std::string_view cause, std::string_view reason = "BAD_ROW");
  // The rest of the file cannot be read, or need not be.
  void Stop() { stopped_ = true; }

  bool stopped() const { return stopped_; }  // also by kMaxImportErrors
  bool empty() const { return errors_.empty(); }
  size_t size() const { return errors_.size(); }
  // OK if there are none. The reason is that of the first one.
  absl::Status ToStatus() const;

 private:
  struct Entry {
    FilePosition at;
    std::string cause;
    std::string reason;
  };
  std::vector<Entry> errors_;
  bool stopped_ = false;
};

// Text of the file for a message: in single quotes, shortened to some 60 bytes.
std::string Shown(std::string_view text);

}  // namespace attune

#endif  // ATTUNE_DATASET_IMPORT_ERRORS_H_

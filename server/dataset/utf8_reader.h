// The text of a file: UTF-8, checked as it comes, its byte-order mark taken off.
#ifndef ATTUNE_DATASET_UTF8_READER_H_
#define ATTUNE_DATASET_UTF8_READER_H_

#include <string>
#include <string_view>

#include "dataset/import_errors.h"

namespace attune {

class Utf8Reader {
 public:
  // Appends to `text` the characters that are whole now. False at the first byte that is none of UTF-8, or NUL:
  // everything before it has been appended, and AddError tells what is wrong.
  bool Take(std::string_view bytes, std::string& text);
  // False if the file ended within a character.
  bool End() const { return cut_.empty(); }
  void AddError(ImportErrors& errors) const;

 private:
  // Appends the valid characters at the start of `bytes`; returns their length.
  size_t TakeValid(std::string_view bytes, std::string& text);
  void Append(std::string_view valid, std::string& text);

  bool at_start_ = true;
  FilePosition at_;        // behind what was appended
  std::string cut_;        // the first bytes of a character whose others are still to come
  unsigned char bad_ = 0;  // the byte that Take stopped at
};

}  // namespace attune

#endif  // ATTUNE_DATASET_UTF8_READER_H_

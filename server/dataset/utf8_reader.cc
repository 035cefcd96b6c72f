#include "dataset/utf8_reader.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/str_format.h"

namespace attune {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// By its first byte; 1 for a byte that cannot be a first one.
size_t CharacterBytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC2 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 1;
}

bool IsCharacter(std::string_view bytes) {
  utf8proc_int32_t character = 0;
  return utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(bytes.data()),
                          static_cast<utf8proc_ssize_t>(bytes.size()),
                          &character) == static_cast<utf8proc_ssize_t>(bytes.size());
}

}  // namespace

bool Utf8Reader::Take(std::string_view bytes, std::string& text) {
  if (!cut_.empty()) {
    const size_t missing = CharacterBytes(cut_.front()) - cut_.size();
    cut_.append(bytes, 0, missing);
    bytes.remove_prefix(std::min(missing, bytes.size()));
    if (cut_.size() < CharacterBytes(cut_.front())) return true;
    if (TakeValid(cut_, text) == 0) {
      bad_ = static_cast<unsigned char>(cut_.front());
      return false;
    }
    cut_.clear();
  }
  bytes.remove_prefix(TakeValid(bytes, text));
  if (bytes.empty()) return true;
  if (CharacterBytes(bytes.front()) > bytes.size()) {
    cut_ = bytes;
    return true;
  }
  bad_ = static_cast<unsigned char>(bytes.front());
  return false;
}

size_t Utf8Reader::TakeValid(std::string_view bytes, std::string& text) {
  size_t end = 0;
  while (end < bytes.size() && bytes[end] != '\0') {
    const size_t size = CharacterBytes(bytes[end]);
    if (size == 1 ? static_cast<unsigned char>(bytes[end]) >= 0x80
                  : end + size > bytes.size() || !IsCharacter(bytes.substr(end, size))) {
      break;
    }
    end += size;
  }
  Append(bytes.substr(0, end), text);
  return end;
}

void Utf8Reader::Append(std::string_view valid, std::string& text) {
  if (valid.empty()) return;
  if (at_start_ && valid.substr(0, kByteOrderMark.size()) == kByteOrderMark) valid.remove_prefix(kByteOrderMark.size());
  at_start_ = false;
  at_.Advance(valid);
  text.append(valid);
}

void Utf8Reader::AddError(ImportErrors& errors) const {
  std::string cause;
  if (bad_ >= 0xFE && at_start_) {
    cause = "the file begins with a UTF-16 byte-order mark; save it as UTF-8";
  } else if (bad_ != 0) {
    cause = absl::StrFormat("byte 0x%02X is not UTF-8 here; save the file as UTF-8", bad_);
  } else if (!cut_.empty()) {
    cause = "the file ends within a character: it was cut, or is not UTF-8";
  } else {
    cause = "there is a NUL byte: this is a binary file, or UTF-16 without a mark; save it as UTF-8";
  }
  errors.Add(at_, cause, "BAD_ENCODING");
  errors.Stop();
}

}  // namespace attune

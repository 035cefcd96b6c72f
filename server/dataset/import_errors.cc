#include "dataset/import_errors.h"

#include "base/error.h"
#include "base/strings.h"
#include "dataset/importer.h"

namespace attune {
namespace {

// The details travel in a trailer, of which many clients take no more than 8 KiB in all.
constexpr size_t kMaxViolationBytes = 3 << 10;
constexpr size_t kMaxCauseBytes = 400;
constexpr size_t kMaxShownBytes = 60;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// At most `bytes` bytes of whole characters, with a mark where something was cut.
std::string Shorten(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes;
  while (end > 0 && IsContinuation(text[end])) --end;
  return StrCat(text.substr(0, end), "...");
}

}  // namespace

void FilePosition::Advance(std::string_view text) {
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      if (c == '\r' || !after_cr) ++line;
      column = 1;
    } else if (!IsContinuation(c)) {
      ++column;
    }
    after_cr = c == '\r';
  }
}

void ImportErrors::Add(const FilePosition& at, std::string_view cause, std::string_view reason) {
  if (errors_.size() == kMaxImportErrors) return;
  errors_.push_back({at, Shorten(cause, kMaxCauseBytes), std::string(reason)});
  if (errors_.size() == kMaxImportErrors) stopped_ = true;
}

absl::Status ImportErrors::ToStatus() const {
  if (errors_.empty()) return absl::OkStatus();
  const Entry& first = errors_.front();
  const size_t more = errors_.size() - 1;
  const std::string_view at_least = errors_.size() == kMaxImportErrors ? "at least " : "";
  Error error(absl::StatusCode::kInvalidArgument, first.reason);
  error.Message(StrCat("line ", first.at.line, ", column ", first.at.column, ": ", first.cause,
                       more == 0 ? "" : StrCat(" (and ", at_least, more, more == 1 ? " more error)" : " more errors)"),
                       "; nothing was imported"));
  error.With("line", first.at.line).With("column", first.at.column).With("cause", first.cause);
  error.With("errors", static_cast<int64_t>(errors_.size()));
  size_t bytes = 0;
  for (const Entry& entry : errors_) {
    const std::string place = StrCat("line ", entry.at.line, ", column ", entry.at.column);
    bytes += place.size() + entry.cause.size() + 8;
    if (bytes > kMaxViolationBytes) break;
    error.Field(place, entry.cause);
  }
  return error;
}

std::string Shown(std::string_view text) { return StrCat("'", Shorten(text, kMaxShownBytes), "'"); }

}  // namespace attune

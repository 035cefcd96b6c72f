#include "dataset/file_format.h"

#include "absl/strings/match.h"
#include "base/strings.h"

namespace attune {

std::string_view FormatName(FileFormat format) {
  switch (format) {
    case FileFormat::kDetect:
      return "detected";
    case FileFormat::kJson:
      return "JSON";
    case FileFormat::kJsonl:
      return "JSONL";
    case FileFormat::kChatJsonl:
      return "CHAT_JSONL";
    case FileFormat::kCsv:
      return "CSV";
    case FileFormat::kTsv:
      return "TSV";
    case FileFormat::kTranscript:
      return "TRANSCRIPT";
  }
  return "";
}

std::optional<FileFormat> FormatOfFileName(std::string_view name) {
  if (absl::EndsWithIgnoreCase(AbslView(name), ".csv")) return FileFormat::kCsv;
  if (absl::EndsWithIgnoreCase(AbslView(name), ".tsv")) return FileFormat::kTsv;
  return std::nullopt;
}

}  // namespace attune

#include "manage/convert_format.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr std::array<std::pair<v1::Format, FileFormat>, 7> kFormats = {{{v1::FORMAT_UNSPECIFIED, FileFormat::kDetect},
                                                                        {v1::JSON, FileFormat::kJson},
                                                                        {v1::JSONL, FileFormat::kJsonl},
                                                                        {v1::CHAT_JSONL, FileFormat::kChatJsonl},
                                                                        {v1::CSV, FileFormat::kCsv},
                                                                        {v1::TSV, FileFormat::kTsv},
                                                                        {v1::TRANSCRIPT, FileFormat::kTranscript}}};

}  // namespace

absl::StatusOr<FileFormat> FormatFromProto(v1::Format format, std::string_view field) {
  for (const auto& [proto, value] : kFormats) {
    if (proto == format) return value;
  }
  return BadField(
      "BAD_FORMAT", field,
      StrCat(static_cast<int>(format), " is not a format; use JSON, JSONL, CHAT_JSONL, CSV, TSV or TRANSCRIPT"));
}

v1::Format FormatToProto(FileFormat format) {
  for (const auto& [proto, value] : kFormats) {
    if (value == format) return proto;
  }
  return v1::FORMAT_UNSPECIFIED;
}

}  // namespace attune

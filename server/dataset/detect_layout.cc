#include "dataset/detect_layout.h"

#include <algorithm>

namespace attune {
namespace {

// The part of the text that is the header line, its quoted line ends included; nullopt if it goes on.
std::optional<std::string_view> HeaderOf(std::string_view text, bool complete) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && (text[i] == '\n' || text[i] == '\r')) return text.substr(0, i);
  }
  if (complete || text.size() == kMaxDetectBytes) return text;
  return std::nullopt;
}

size_t CountUnquoted(std::string_view header, char delimiter) {
  size_t count = 0;
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    count += !quoted && c == delimiter;
  }
  return count;
}

std::optional<FileLayout> DetectTable(FileFormat format, std::string_view text, bool complete) {
  if (format == FileFormat::kTsv) return FileLayout{.delimiter = '\t'};
  const size_t start = std::min(text.find_first_not_of("\r\n"), text.size());
  const auto header = HeaderOf(text.substr(start), complete);
  if (!header.has_value()) return std::nullopt;
  char best = ',';
  for (const char delimiter : {';', '\t'}) {
    if (delimiter == '\t' && format == FileFormat::kCsv) continue;
    if (CountUnquoted(*header, delimiter) > CountUnquoted(*header, best)) best = delimiter;
  }
  return FileLayout{.delimiter = best};
}

}  // namespace

std::optional<FileLayout> DetectLayout(FileFormat format, std::string_view text, bool complete) {
  text = text.substr(0, kMaxDetectBytes);
  if (format == FileFormat::kJson) return FileLayout{.shape = JsonShape::kArray};
  if (format == FileFormat::kJsonl || format == FileFormat::kChatJsonl) return FileLayout{};
  if (format == FileFormat::kCsv || format == FileFormat::kTsv) return DetectTable(format, text, complete);
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos && !complete && text.size() < kMaxDetectBytes) return std::nullopt;
  const char begin = first == std::string_view::npos ? '{' : text[first];  // nothing at all: no lines
  if (begin == '[') return FileLayout{.shape = JsonShape::kArray};
  if (begin == '{' || format == FileFormat::kTranscript) return FileLayout{};
  return DetectTable(format, text, complete);
}

}  // namespace attune

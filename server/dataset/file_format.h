// The file formats in which datasets come and go.
#ifndef ATTUNE_DATASET_FILE_FORMAT_H_
#define ATTUNE_DATASET_FILE_FORMAT_H_

#include <optional>
#include <string_view>

namespace attune {

enum class FileFormat {
  kDetect,      // import: by content; export: as kJsonl
  kJson,        // an array of objects with an input and an output
  kJsonl,       // one such object a line
  kChatJsonl,   // one {"messages": [...]} a line, the chat fine-tuning format
  kCsv,         // RFC 4180 with a header
  kTsv,         // the same with tabs; see csv_reader.h for its escapes
  kTranscript,  // JSON: conversations with their turns
};

// "JSON", "JSONL", "CHAT_JSONL", "CSV", "TSV", "TRANSCRIPT"; "detected" for kDetect.
std::string_view FormatName(FileFormat format);

// What the end of a file's name tells for certain: ".csv" and ".tsv". JSON of all kinds is better told by its content.
std::optional<FileFormat> FormatOfFileName(std::string_view name);

}  // namespace attune

#endif  // ATTUNE_DATASET_FILE_FORMAT_H_

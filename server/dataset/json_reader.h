// Examples out of JSON text that arrives cut anywhere: JSON, JSONL, CHAT_JSONL and TRANSCRIPT.
//
// A row is one line, or one element of the array that the file is. What rows may be, in any mixture unless the format
// is CHAT_JSONL or TRANSCRIPT:
//
//   {"prompt": ..., "completion": ...}   names by columns.h; texts, numbers and booleans are text, null is empty
//   {"messages": [...]}                  a chat: the last assistant turn is the output, the last user turn before it
//   the
//                                        input; system turns go to metadata `system`, all others, in order, to
//                                        `history`
//
// An error in a row leaves the rows after it readable, but for one in the syntax of an array, which ends the reading.
#ifndef ATTUNE_DATASET_JSON_READER_H_
#define ATTUNE_DATASET_JSON_READER_H_

#include <string_view>

#include "dataset/example_builder.h"
#include "dataset/example_collector.h"
#include "dataset/json_row_cutter.h"
#include "dataset/transcript.h"

namespace attune {

class JsonReader {
 public:
  // All must outlive the reader.
  JsonReader(JsonShape shape, const ImportSettings& settings, ImportErrors& errors, ExampleCollector& collector);

  void Take(std::string_view text);
  void End();

  // As given; otherwise as the first row tells.
  FileFormat format() const { return format_; }

 private:
  void ReadRow(std::string_view row, const FilePosition& at);
  FileFormat Detect(const JsonLevel& row) const;
  void ReadPair(JsonLevel row, const FilePosition& at);
  void ReadChat(JsonLevel row, size_t messages, const FilePosition& at);
  void NoteColumns(const Columns& columns);
  void CheckColumns();

  const JsonShape shape_;
  const ImportSettings& settings_;
  ImportErrors& errors_;
  ExampleCollector& collector_;
  FileFormat format_;
  JsonRowCutter cutter_;
  ExampleBuilder builder_;
  TranscriptReader transcript_;
  bool has_label_ = false, has_id_ = false, has_split_ = false;  // some row did
};

}  // namespace attune

#endif  // ATTUNE_DATASET_JSON_READER_H_

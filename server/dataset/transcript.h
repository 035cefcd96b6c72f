// Conversation transcripts: one example for each question that was answered.
//
// A conversation is an object whose turns are under `turns`, `messages`, `conversation`, `conversations`, `dialogue`,
// `dialog`, `original` or `utterances`; or an array of turns (see turns.h). If the rows of the file are turns
// themselves, the whole file is one conversation.
//
// Turns of one speaker that follow each other are joined by line ends, actions and notes between them notwithstanding.
// `system` is the assistant in a conversation without another one. The example: the user's words are the input, the
// assistant's that follow are the output; metadata `history` has the turns before as JSON, the latest kMaxHistoryBytes
// of them (`history_omitted` counts the others). With an id under `id`, `convo_id`, `conversation_id` or `dialogue_id`,
// the n-th example is "<id>#n" and has it in metadata `conversation`. Other texts, numbers and booleans of the
// conversation go to the metadata of each example; what is nested is left out.
#ifndef ATTUNE_DATASET_TRANSCRIPT_H_
#define ATTUNE_DATASET_TRANSCRIPT_H_

#include <string>
#include <vector>

#include "dataset/example_builder.h"
#include "dataset/example_collector.h"
#include "dataset/turns.h"

namespace attune {

inline constexpr size_t kMaxHistoryBytes = 16 << 10;  // of one example
// Members beside the turns. Each example has them all, so that a small file could ask for endless work.
inline constexpr size_t kMaxConversationMembers = 256;

// Whether an object holds its turns under one of the names above, `messages` aside.
bool HasConversation(const JsonLevel& level);

class TranscriptReader {
 public:
  // All must outlive the reader.
  TranscriptReader(const ImportSettings& settings, ImportErrors& errors, ExampleCollector& collector)
      : settings_(settings), errors_(errors), collector_(collector), builder_(settings, errors) {}

  // One row of the file.
  void Take(JsonLevel row, const FilePosition& at);
  void End();

 private:
  struct Conversation {
    std::string id;
    std::vector<RowCell> further;  // for the metadata, split and labels of every example
    size_t further_bytes = 0;
    FilePosition at;
  };

  void TakeObject(JsonLevel row, const FilePosition& at);
  void TakeLooseTurn(JsonLevel row, const FilePosition& at);
  void AddExamples(const Conversation& conversation, std::vector<Turn> turns);
  void AddExample(const Conversation& conversation, int64_t number, const std::vector<Turn>& turns, size_t question,
                  size_t answer);
  bool CheckRepeats(size_t bytes, const FilePosition& at);

  const ImportSettings& settings_;
  ImportErrors& errors_;
  ExampleCollector& collector_;
  ExampleBuilder builder_;
  std::vector<Turn> loose_;  // rows that are turns
  size_t loose_bytes_ = 0;
  size_t repeated_bytes_ = 0;  // of histories and further members, in duplicates as well; at most kMaxImportedBytes
};

}  // namespace attune

#endif  // ATTUNE_DATASET_TRANSCRIPT_H_

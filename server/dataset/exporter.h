// From examples to the bytes of a file. Everything but CHAT_JSONL comes back through the Importer as it was; fields
// that have their default value are left out.
//
//   JSON, JSONL   {"prompt", "completion", "id", "labels", "split", "weight", "variables", "metadata"}: fine-tuning of
//   the
//                 legacy kind reads the first two
//   CHAT_JSONL    {"messages": [{"role": "user"}, {"role": "assistant"}]} and nothing else, as fine-tuning wants it:
//   id,
//                 labels, split, weight, variables and metadata are lost
//   CSV, TSV      columns id, input, output, labels, split, weight, variables, metadata; labels as a JSON array,
//                 variables and metadata as JSON objects, empty cells where there are none. Text is never altered: a
//                 program that runs formulas in cells must be told not to. CSV cannot hold the character NUL.
#ifndef ATTUNE_DATASET_EXPORTER_H_
#define ATTUNE_DATASET_EXPORTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "dataset/example_view.h"
#include "dataset/file_format.h"

namespace attune {

// Not thread-safe. Each call appends to `out`: Begin, Add for each example, End.
class Exporter {
 public:
  // kDetect is kJsonl. INVALID_ARGUMENT (BAD_FORMAT) for kTranscript.
  static absl::StatusOr<Exporter> Create(FileFormat format);

  void Begin(std::string& out) const;
  void Add(ExampleView example, std::string& out);
  void End(std::string& out) const;

 private:
  explicit Exporter(FileFormat format) : format_(format) {}

  FileFormat format_;
  bool first_ = true;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_EXPORTER_H_

// The examples of a file as they come: ids, duplicates, counts, and the bound on their memory.
#ifndef ATTUNE_DATASET_EXAMPLE_COLLECTOR_H_
#define ATTUNE_DATASET_EXAMPLE_COLLECTOR_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "dataset/example_keys.h"
#include "dataset/import_errors.h"
#include "dataset/importer.h"

namespace attune {

// An example without an id gets MakeExampleId, or MakeVariantId if another row of the file has that id with other
// content. An id that the file gives to two different rows is an error. A row that is in all equal to an earlier one is
// a duplicate and is left out.
class ExampleCollector {
 public:
  // `errors` must outlive the collector.
  ExampleCollector(bool deduplicate, ImportErrors& errors) : deduplicate_(deduplicate), errors_(errors) {}

  void Add(std::shared_ptr<Example> example, const FilePosition& at);

  int64_t rows() const { return file_.rows; }
  // `format` and `escaped_cells` are for the caller to fill in.
  ImportedFile Take() { return std::move(file_); }

 private:
  // The row of this id; -1: none.
  int64_t FindId(std::string_view id) const;
  bool EqualsRow(const Example& example, int64_t row) const;
  void GiveId(Example& example) const;
  bool CheckMemory(const Example& example, const FilePosition& at);

  const bool deduplicate_;
  ImportErrors& errors_;
  ImportedFile file_;
  std::vector<int64_t> lines_;                             // of file_.examples
  absl::flat_hash_map<std::string_view, uint32_t> by_id_;  // views into the examples
  absl::flat_hash_set<DuplicateKey> seen_;
  size_t bytes_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_COLLECTOR_H_

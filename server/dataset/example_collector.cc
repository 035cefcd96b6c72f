#include "dataset/example_collector.h"

#include <utility>

#include "base/strings.h"
#include "dataset/example_id.h"

namespace attune {
namespace {

constexpr size_t kExampleOverheadBytes = 256;  // the structs, the id, its place in the tables

size_t MemoryBytes(const Example& example) {
  size_t bytes = kExampleOverheadBytes + example.input.size() + example.output.size();
  for (const std::string& label : example.labels) bytes += sizeof(std::string) + label.size();
  for (const StringMap* map : {&example.variables, &example.metadata}) {
    for (const auto& [key, value] : *map) bytes += 2 * sizeof(std::string) + 32 + key.size() + value.size();
  }
  return bytes;
}

}  // namespace

int64_t ExampleCollector::FindId(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? -1 : static_cast<int64_t>(found->second);
}

bool ExampleCollector::EqualsRow(const Example& example, int64_t row) const {
  Example other = *file_.examples[row];
  other.id = example.id;
  return other == example;
}

void ExampleCollector::GiveId(Example& example) const {
  example.id = MakeExampleId(example);
  const int64_t row = FindId(example.id);
  if (row >= 0 && !EqualsRow(example, row)) example.id = MakeVariantId(example);
}

void ExampleCollector::Add(std::shared_ptr<Example> example, const FilePosition& at) {
  if (errors_.stopped()) return;
  ++file_.rows;
  if (example->id.empty()) GiveId(*example);
  if (const int64_t row = FindId(example->id); row >= 0) {
    if (EqualsRow(*example, row)) {
      ++file_.duplicates;
    } else {
      errors_.Add(at, StrCat("the id ", Shown(example->id), " belongs to another row already, in line ", lines_[row]));
    }
    return;
  }
  if (deduplicate_ && !seen_.insert(MakeDuplicateKey(example->input, example->output)).second) {
    ++file_.duplicates;
    return;
  }
  if (!CheckMemory(*example, at)) return;
  by_id_.emplace(example->id, static_cast<uint32_t>(file_.examples.size()));
  lines_.push_back(at.line);
  file_.examples.push_back(std::move(example));
}

bool ExampleCollector::CheckMemory(const Example& example, const FilePosition& at) {
  bytes_ += MemoryBytes(example);
  if (bytes_ <= kMaxImportedBytes) return true;
  errors_.Add(at, StrCat("the examples up to here need more than ", kMaxImportedBytes, " bytes; split the file"),
              "TOO_LARGE");
  errors_.Stop();
  return false;
}

}  // namespace attune

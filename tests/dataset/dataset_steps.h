// Short ways to write examples and to make versions of a dataset.
#ifndef ATTUNE_TESTS_DATASET_DATASET_STEPS_H_
#define ATTUNE_TESTS_DATASET_DATASET_STEPS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "dataset/dataset.h"

namespace attune {

inline Example MakeExample(std::string id, std::string input, std::string output = "answer") {
  Example example;
  example.id = std::move(id);
  example.input = std::move(input);
  example.output = std::move(output);
  return example;
}

inline ExamplePtr Share(Example example) { return std::make_shared<const Example>(std::move(example)); }

// The next version, at the revision of ten times its number. Settings that are not given stay.
inline DatasetPtr ApplyNext(const DatasetPtr& base, const DatasetDelta& delta,
                            const std::optional<DatasetSettings>& settings = std::nullopt) {
  DatasetVersion version;
  if (settings.has_value()) version.settings = std::make_shared<const DatasetSettings>(*settings);
  version.version = base->latest() + 1;
  version.revision = 10 * version.version;
  return *Dataset::Apply(base, delta, version);
}

// Version 1 of a dataset with these examples.
inline DatasetPtr DatasetOf(const std::vector<Example>& examples) {
  DatasetDelta delta;
  for (const Example& example : examples) delta.upserts.push_back(Share(example));
  return ApplyNext(Dataset::Empty("faq"), delta);
}

// What a version shows, in order: "a=hot b=cold".
inline std::string RowsOf(const DatasetView& view) {
  std::string rows;
  view.Visit(0, [&](uint64_t, ExampleView example) {
    StrAppend(&rows, rows.empty() ? "" : " ", std::string_view(example.id()), "=", example.input());
    return true;
  });
  return rows;
}

// By id; null: a delete.
inline DatasetDelta DeltaOf(const std::map<std::string, ExamplePtr>& entries) {
  DatasetDelta delta;
  for (const auto& [id, example] : entries) {
    if (example == nullptr) {
      delta.deletes.push_back(id);
    } else {
      delta.upserts.push_back(example);
    }
  }
  return delta;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_DATASET_STEPS_H_

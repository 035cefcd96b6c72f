#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/strings.h"
#include "dataset/example_keys.h"
#include "manage/catalog_editor.h"
#include "manage/convert_format.h"
#include "manage/plan_dataset.h"
#include "manage/write_job.h"

namespace attune {
namespace {

// Drops the rows that say the same as an example of the dataset under another id; returns how many.
int64_t DropKnown(const DatasetView& view, std::vector<ExamplePtr>& rows) {
  absl::flat_hash_set<DuplicateKey> in_file, known;
  for (const ExamplePtr& row : rows) in_file.insert(MakeDuplicateKey(row->input, row->output));
  view.Visit(0, [&](uint64_t, ExampleView example) {
    const DuplicateKey key = MakeDuplicateKey(example.input(), example.output());
    if (in_file.contains(key)) known.insert(key);
    return true;
  });
  return static_cast<int64_t>(std::erase_if(rows, [&](const ExamplePtr& row) {
    return known.contains(MakeDuplicateKey(row->input, row->output)) && !view.Find(row->id);
  }));
}

std::vector<std::string> IdsNotIn(const std::vector<ExamplePtr>& rows, const DatasetView& view) {
  absl::flat_hash_set<std::string_view> in_file;
  for (const ExamplePtr& row : rows) in_file.insert(row->id);
  std::vector<std::string> ids;
  view.Visit(0, [&](uint64_t, ExampleView example) {
    if (!in_file.contains(example.id())) ids.emplace_back(example.id());
    return true;
  });
  return ids;
}

std::string DescriptionOf(const v1::ImportOptions& options, const v1::ImportDatasetResponse& counts) {
  if (!options.description().empty()) return options.description();
  return StrCat("Imported ", counts.rows(), counts.rows() == 1 ? " row of " : " rows of ",
                v1::Format_Name(counts.format()));
}

absl::StatusOr<WritePlan> PlanImport(const v1::ImportOptions& options, const CatalogEditor::ImportedRows& rows,
                                     const Catalog& catalog, const WriteSlot& slot) {
  const DatasetPtr dataset = FindOrEmpty(catalog, options.dataset());
  const DatasetView view(dataset, dataset->latest());
  v1::ImportDatasetResponse response = rows.counts;
  DatasetDelta delta{.upserts = rows.examples, .deletes = {}};
  if (options.replace()) {
    delta.deletes = IdsNotIn(delta.upserts, view);
  } else if (options.deduplicate()) {
    response.set_duplicates(response.duplicates() + DropKnown(view, delta.upserts));
  }
  ATTUNE_ASSIGN_OR_RETURN(DatasetPlan planned, PlanDataset(catalog, slot,
                                                           {.dataset = options.dataset(),
                                                            .delta = delta,
                                                            .expected_version = ExpectedVersion(options),
                                                            .description = DescriptionOf(options, response)}));
  response.set_version(planned.response.version());
  response.set_revision(planned.response.revision());
  response.set_added(planned.response.added());
  response.set_updated(planned.response.updated());
  response.set_unchanged(planned.response.unchanged());
  response.set_deleted(planned.response.deleted());
  const auto test = std::count_if(delta.upserts.begin(), delta.upserts.end(),
                                  [](const ExamplePtr& row) { return row->split == Split::kTest; });
  response.set_test(test);
  response.set_train(static_cast<int64_t>(delta.upserts.size()) - test);
  return WritePlan{.commit = std::move(planned.commit), .answer = response.SerializeAsString()};
}

}  // namespace

void CatalogEditor::Import(const v1::ImportOptions& options, ImportedRows rows, std::string fingerprint,
                           Reply<v1::ImportDatasetResponse> reply) {
  // Shared, because a std::function is copied and the rows are many.
  const auto shared = std::make_shared<const ImportedRows>(std::move(rows));
  writer_.Submit(
      {.request_id = options.request_id(),
       .fingerprint = std::move(fingerprint),
       .validate_only = options.validate_only(),
       .plan = [options, shared](const Catalog& catalog,
                                 const WriteSlot& slot) { return PlanImport(options, *shared, catalog, slot); },
       .done = DoneWith<v1::ImportDatasetResponse>(std::move(reply))});
}

}  // namespace attune

#include <algorithm>

#include "base/error.h"
#include "base/names.h"
#include "base/strings.h"
#include "dataset/retention.h"
#include "manage/catalog_reads.h"
#include "manage/convert.h"
#include "manage/embed_plan.h"
#include "manage/take_page.h"

namespace attune {
namespace {

v1::Dataset DatasetToProto(const std::string& name, const DatasetHistory& history, int64_t number) {
  const DatasetVersion& version = history.dataset->Version(number);
  v1::Dataset proto;
  proto.set_name(name);
  proto.set_version(number);
  proto.set_examples(version.train + version.test);
  proto.set_train_examples(version.train);
  proto.set_test_examples(version.test);
  if (number > 0) *proto.mutable_create_time() = ToTimestamp(version.time_us);
  proto.set_revision(version.revision);
  proto.set_description(version.description);
  proto.set_added(version.added);
  proto.set_updated(version.updated);
  proto.set_deleted(version.deleted);
  if (history.dataset->latest() > 0) proto.set_oldest_version(history.dataset->oldest());
  if (version.settings != nullptr) *proto.mutable_settings() = ToProto(*version.settings);
  for (const auto& [alias, states] : history.aliases) {
    if (const AliasState* state = AliasAt(history.aliases, alias, 0)) *proto.add_aliases() = ToProto(alias, *state);
  }
  return proto;
}

v1::EmbeddingState StateToProto(VectorState state) {
  switch (state) {
    case VectorState::kLoading:
      return v1::LOADING;
    case VectorState::kEmbedding:
      return v1::EMBEDDING;
    case VectorState::kEmbedded:
      return v1::EMBEDDED;
    case VectorState::kPaused:
      return v1::PAUSED;
  }
  return v1::EMBEDDING_STATE_UNSPECIFIED;
}

v1::EmbeddingProgress ProgressOf(const DatasetView& view, const DatasetVectors* vectors) {
  v1::EmbeddingProgress progress;
  if (vectors == nullptr) return progress;
  progress.set_state(StateToProto(vectors->state));
  progress.set_refused(vectors->refused);
  progress.set_last_error(vectors->last_error);
  progress.set_to_link(vectors->ToLink());
  if (vectors->index != nullptr) progress.set_embedded(CountEmbedded(view, *vectors->index));
  return progress;
}

absl::StatusOr<const DatasetHistory*> FindDataset(const Catalog& catalog, const std::string& name) {
  const std::string& wanted = name.empty() ? std::string(kDefaultName) : name;
  const auto found = catalog.datasets.find(wanted);
  if (found != catalog.datasets.end()) return found->second.get();
  ATTUNE_RETURN_IF_ERROR(CheckName(wanted, "dataset"));
  return NameNotFound("DATASET_NOT_FOUND", "dataset", wanted, DatasetNames(catalog));
}

absl::Status CheckVersion(const Dataset& dataset, int64_t version, std::string_view field) {
  if (version >= 0 && version <= dataset.latest()) return CheckKept(dataset, version);
  if (version < 0) return BadField("BAD_VERSION", field, "a version is not negative");
  return Error(absl::StatusCode::kNotFound, "VERSION_NOT_FOUND")
      .Message(StrCat("dataset '", dataset.name(), "' has no version ", version, "; its latest is ", dataset.latest()))
      .With("version", version)
      .With("latest_version", dataset.latest());
}

void CountDifference(const ExampleDifference& difference, v1::DiffDatasetResponse& response) {
  if (!difference.before) {
    response.set_added(response.added() + 1);
  } else if (!difference.after) {
    response.set_deleted(response.deleted() + 1);
  } else {
    response.set_updated(response.updated() + 1);
  }
}

}  // namespace

absl::StatusOr<std::optional<Split>> SplitFilter(v1::Split split) {
  if (split == v1::SPLIT_UNSPECIFIED) return std::optional<Split>();
  if (split == v1::TRAIN) return std::optional<Split>(Split::kTrain);
  if (split == v1::TEST) return std::optional<Split>(Split::kTest);
  return BadField("BAD_PARAMETER", "split", "is not a split; use TRAIN or TEST");
}

absl::StatusOr<v1::Dataset> GetDataset(const Catalog& catalog, const VectorShelf& vectors,
                                       const std::string& reference) {
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedDataset resolved, ResolveDataset(catalog, reference, 0, ""));
  v1::Dataset proto =
      DatasetToProto(resolved.name, *catalog.datasets.find(resolved.name)->second, resolved.view.version());
  const EmbeddingSettings& settings = resolved.view.dataset()->Settings(resolved.view.version()).embedding;
  if (settings.model.empty()) return proto;
  *proto.mutable_embedding() = ProgressOf(resolved.view, vectors.Find({resolved.name, settings}).get());
  return proto;
}

v1::ListDatasetsResponse ListDatasets(const Catalog& catalog, Page& page) {
  v1::ListDatasetsResponse response;
  const auto count = static_cast<int64_t>(catalog.datasets.size());
  auto entry = std::next(catalog.datasets.begin(), std::min(page.from, count));
  TakePage(page, count, [&](int64_t) -> const v1::Dataset& {
    const auto& [name, history] = *entry++;
    return *response.add_datasets() = DatasetToProto(name, *history, history->dataset->latest());
  });
  return response;
}

absl::StatusOr<v1::ListDatasetVersionsResponse> ListDatasetVersions(const Catalog& catalog, const std::string& name,
                                                                    Page& page) {
  ATTUNE_ASSIGN_OR_RETURN(const DatasetHistory* history, FindDataset(catalog, name));
  v1::ListDatasetVersionsResponse response;
  const Dataset& dataset = *history->dataset;
  TakePage(page, dataset.latest(), [&](int64_t i) -> const v1::Dataset& {
    return *response.add_versions() = DatasetToProto(dataset.name(), *history, dataset.latest() - i);
  });
  return response;
}

absl::StatusOr<v1::ListExamplesResponse> ListExamples(const Catalog& catalog, const std::string& reference,
                                                      std::optional<Split> split, Page& page) {
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedDataset resolved, ResolveDataset(catalog, reference, 0, ""));
  v1::ListExamplesResponse response;
  response.set_version(resolved.view.version());
  size_t bytes = 0;
  resolved.view.Visit(static_cast<uint64_t>(page.from), [&](uint64_t position, ExampleView example) {
    if (split.has_value() && example.split() != *split) return true;
    if (response.examples_size() == page.size || bytes >= kMaxPageBytes) {
      page.next = static_cast<int64_t>(position);
      return false;
    }
    bytes += (*response.add_examples() = ToProto(example.Unpack())).ByteSizeLong();
    return true;
  });
  return response;
}

absl::StatusOr<v1::DiffDatasetResponse> DiffDataset(const Catalog& catalog, const v1::DiffDatasetRequest& request,
                                                    Page& page) {
  ATTUNE_ASSIGN_OR_RETURN(const DatasetHistory* history, FindDataset(catalog, request.dataset()));
  const DatasetPtr& dataset = history->dataset;
  ATTUNE_RETURN_IF_ERROR(CheckVersion(*dataset, request.from_version(), "from_version"));
  ATTUNE_RETURN_IF_ERROR(CheckVersion(*dataset, request.to_version(), "to_version"));
  const int64_t to = request.to_version() == 0 ? dataset->latest() : request.to_version();
  const std::vector<ExampleDifference> differences = DiffVersions(dataset, request.from_version(), to);
  v1::DiffDatasetResponse response;
  for (const ExampleDifference& difference : differences) CountDifference(difference, response);
  TakePage(page, static_cast<int64_t>(differences.size()), [&](int64_t i) -> const v1::ExampleChange& {
    v1::ExampleChange& change = *response.add_changes();
    if (differences[i].before) *change.mutable_before() = ToProto(differences[i].before.Unpack());
    if (differences[i].after) *change.mutable_after() = ToProto(differences[i].after.Unpack());
    return change;
  });
  return response;
}

}  // namespace attune

#include "dataset/dataset.h"

#include <algorithm>
#include <limits>

#include "base/analyzer.h"
#include "base/error.h"
#include "dataset/bm25.h"
#include "dataset/dataset_storage.h"
#include "dataset/retention.h"
#include "dataset/row.h"
#include "dataset/segment.h"

namespace attune {
namespace {

std::shared_ptr<const Bm25Weights> MakeWeights(const LexicalSettings& lexical, const Dataset::Statistics& statistics) {
  const double average = statistics.rows == 0 ? 1 : static_cast<double>(statistics.terms) / statistics.rows;
  return std::make_shared<const Bm25Weights>(lexical, std::max(1.0, average));
}

// A share of the dataset must have changed: so a measurement costs each change the same, whatever the dataset's size.
bool NeedsCalibration(const Dataset::Statistics& statistics) {
  const int64_t since = statistics.changes - statistics.calibration.changes;
  return since > statistics.calibration.changes / kCalibrationShare;
}

const DatasetSettings& SettingsOf(const DatasetVersion& version) {
  static const DatasetSettings kUnchanged;
  return version.settings == nullptr ? kUnchanged : *version.settings;
}

}  // namespace

DatasetPtr Dataset::Empty(std::string name) {
  auto dataset = std::make_shared<Dataset>();
  dataset->name_ = std::move(name);
  dataset->storage_ = std::make_shared<Storage>();
  dataset->storage_->versions.Reserve(1);
  dataset->storage_->statistics.Reserve(1);
  return dataset;
}

absl::StatusOr<DatasetPtr> Dataset::Apply(const DatasetPtr& base, const DatasetDelta& delta, DatasetVersion version) {
  const Statistics& before = base->StatisticsAt(base->latest_);
  if (before.rows + delta.upserts.size() > std::numeric_limits<uint32_t>::max()) {
    return BadField("DATASET_FULL", "", "a dataset holds at most 2^32 rows over all its versions");
  }
  if (version.version > kMaxDatasetVersions) {
    return BadField("DATASET_FULL", "", "a dataset has at most 2^31 - 1 versions");
  }
  const DatasetChange change = base->Preview(delta);
  auto next = std::make_shared<Dataset>(*base);
  next->latest_ = version.version;
  const DatasetVersion& last = base->Version(base->latest_);
  version.train = last.train;
  version.test = last.test;
  if (version.settings == nullptr) version.settings = last.settings;
  const LexicalSettings lexical = SettingsOf(version).lexical;
  version.added = static_cast<int32_t>(change.added.size());
  version.updated = static_cast<int32_t>(change.updated.size());
  version.deleted = static_cast<int32_t>(change.deleted.size());
  Statistics statistics = before;
  for (const std::string& id : change.deleted) next->Remove(base->FindRow(id, base->latest_), version, statistics);
  for (const ExamplePtr& example : change.updated) {
    next->Remove(base->FindRow(example->id, base->latest_), version, statistics);
  }
  next->storage_->examples.Rewind(base->examples_end_);  // from what was undone
  next->Append(change.updated, version, statistics);
  next->Append(change.added, version, statistics);
  next->rows_end_ = statistics.rows;
  next->examples_end_ = next->storage_->examples.end();
  next->weights_ = MakeWeights(lexical, statistics);
  Storage& storage = *next->storage_;
  storage.versions.Reserve(version.version + 1);
  storage.statistics.Reserve(version.version + 1);
  statistics.oldest = OldestKept(before.oldest, version.version, SettingsOf(version).keep_versions);
  statistics.changes += version.added + version.updated + version.deleted;
  storage.statistics.Mutable(version.version) = statistics;
  if (NeedsCalibration(statistics) || lexical != SettingsOf(last).lexical) {
    Calibration& calibration = storage.statistics.Mutable(version.version).calibration;
    calibration = MeasureCalibration(*next, version.version);
    calibration.changes = statistics.changes;
  }
  storage.versions.Mutable(version.version) = std::move(version);
  return DatasetPtr(std::move(next));
}

void Dataset::Remove(int64_t place, DatasetVersion& counts, Statistics& statistics) {
  Row& removed = storage_->rows.Mutable(place);
  removed.removed.store(static_cast<uint32_t>(counts.version), std::memory_order_relaxed);
  storage_->AddRemoval(statistics.removed++, storage_->dropped.PositionOf(static_cast<uint32_t>(place)));
  (removed.train != 0 ? counts.train : counts.test) -= 1;
}

void Dataset::Append(const std::vector<ExamplePtr>& examples, DatasetVersion& counts, Statistics& statistics) {
  storage_->rows.Reserve(PlaceOf(statistics.rows) + examples.size());
  for (size_t begin = 0; begin < examples.size(); begin += kRowsOfSegment) {
    const auto some = std::span(examples).subspan(begin, std::min<size_t>(kRowsOfSegment, examples.size() - begin));
    AppendSegment(some, counts, statistics);
  }
}

void Dataset::AppendSegment(std::span<const ExamplePtr> examples, DatasetVersion& counts, Statistics& statistics) {
  const uint32_t begin = PlaceOf(statistics.rows);
  std::vector<std::vector<uint64_t>> terms;
  terms.reserve(examples.size());
  for (const ExamplePtr& example : examples) {
    terms.push_back(AnalyzeText(example->input));
    Row& row = storage_->MutableRow(statistics.rows++);
    row.example = storage_->examples.Add(*example);
    row.added = static_cast<uint32_t>(counts.version);
    row.removed.store(kLive, std::memory_order_relaxed);
    row.signature = MakeSimHash(terms.back());
    row.train = example->split == Split::kTrain ? 1 : 0;
    statistics.terms += std::min<size_t>(terms.back().size(), kMaxInputTerms);
    (row.train != 0 ? counts.train : counts.test) += 1;
  }
  segments_.Add(storage_->rows, Segment::Build(storage_->rows, begin, terms));
}

void Dataset::Undo(const DatasetPtr& applied) {
  Storage& storage = *applied->storage_;
  const uint32_t end = applied->StatisticsAt(applied->latest_).removed;
  for (uint32_t removed = applied->StatisticsAt(applied->latest_ - 1).removed; removed < end; ++removed) {
    storage.MutableRow(storage.Removal(removed)).removed.store(kLive, std::memory_order_relaxed);
  }
}

std::vector<std::shared_ptr<const void>> Dataset::Parts() const {
  std::vector<std::shared_ptr<const void>> parts(segments().begin(), segments().end());
  parts.push_back(storage_);
  return parts;
}

bool Dataset::NeedsMerge() const { return !segments_.Due().empty(); }

SegmentPtr Dataset::Merge(absl::FunctionRef<bool()> stopped) const {
  return Segment::Merge(storage_->rows, segments_.Due(), stopped);
}

DatasetPtr Dataset::Install(const DatasetPtr& newest, SegmentPtr merged) {
  auto next = std::make_shared<Dataset>(*newest);
  return next->segments_.Replace(std::move(merged)) ? next : newest;
}

const DatasetVersion& Dataset::Version(int64_t version) const { return storage_->versions[version]; }
const DatasetSettings& Dataset::Settings(int64_t version) const { return SettingsOf(Version(version)); }
const Dataset::Statistics& Dataset::StatisticsAt(int64_t version) const { return storage_->statistics[version]; }
std::shared_ptr<const Bm25Weights> Dataset::WeightsAt(int64_t version) const {
  return version == latest_ && weights_ != nullptr ? weights_
                                                   : MakeWeights(Settings(version).lexical, StatisticsAt(version));
}

}  // namespace attune

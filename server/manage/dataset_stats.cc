#include "manage/dataset_stats.h"

#include "base/error.h"
#include "base/strings.h"
#include "dataset/stats.h"
#include "manage/catalog_reads.h"

namespace attune {
namespace {

void CopyBuckets(const std::vector<Bucket>& from, google::protobuf::RepeatedPtrField<v1::Bucket>& to) {
  for (const Bucket& bucket : from) {
    v1::Bucket& proto = *to.Add();
    proto.set_below(bucket.below);
    proto.set_count(bucket.count);
  }
}

void CopyStats(const DatasetStats& stats, v1::DatasetStats& proto) {
  size_t bytes = 0;
  for (const auto& [label, examples] : stats.labels) {
    if (bytes >= kMaxPageBytes) break;
    bytes += label.size();
    v1::LabelCount& count = *proto.add_labels();
    count.set_label(label);
    count.set_examples(examples);
  }
  proto.set_distinct_labels(stats.distinct_labels);
  proto.set_unlabelled(stats.unlabelled);
  proto.set_duplicates(stats.duplicates);
  proto.set_contradictions(stats.contradictions);
  CopyBuckets(stats.input_lengths, *proto.mutable_input_lengths());
  CopyBuckets(stats.output_lengths, *proto.mutable_output_lengths());
  v1::NearDuplicates& near = *proto.mutable_near_duplicates();
  near.set_sample(stats.near_sample);
  near.set_found(stats.near_found);
  for (const NearExamples& pair : stats.near_pairs) {
    v1::NearPair& copy = *near.add_pairs();
    copy.set_id(pair.id);
    copy.set_other_id(pair.other_id);
    copy.set_similarity(pair.similarity);
  }
}

void CopyCoverage(const TestCoverage& coverage, v1::TestCoverage& proto) {
  proto.set_sample(coverage.sample);
  proto.set_mean(coverage.mean);
  CopyBuckets(coverage.histogram, *proto.mutable_histogram());
}

// One read, counted for as long as the object lives.
class Running {
 public:
  explicit Running(std::atomic<int>& count) : count_(count), admitted_(count.fetch_add(1) < kMaxStatsReads) {}
  ~Running() { --count_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  bool admitted() const { return admitted_; }

 private:
  std::atomic<int>& count_;
  const bool admitted_;
};

absl::Status Overloaded() {
  return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
      .Message(StrCat(kMaxStatsReads, " readings of statistics are running; try again when one of them has finished"))
      .RetryAfter(absl::Seconds(2))
      .Quota("statistics of datasets", StrCat("at most ", kMaxStatsReads, " at once"));
}

}  // namespace

absl::StatusOr<v1::DatasetStats> DatasetStatsReader::Read(const Catalog& catalog, const std::string& reference) {
  const Running running(running_);
  if (!running.admitted()) return Overloaded();
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedDataset resolved, ResolveDataset(catalog, reference, 0, ""));
  const Dataset& dataset = *resolved.view.dataset();
  const DatasetVersion& version = dataset.Version(resolved.view.version());
  v1::DatasetStats proto;
  proto.set_dataset(resolved.name);
  proto.set_version(resolved.view.version());
  proto.set_versions(dataset.latest());
  if (dataset.latest() > 0) proto.set_oldest_version(dataset.oldest());
  proto.set_examples(version.train + version.test);
  proto.set_train_examples(version.train);
  proto.set_test_examples(version.test);
  CopyStats(CountExamples(resolved.view), proto);
  CopyCoverage(CoverTestSplit(resolved.view), *proto.mutable_test_coverage());
  return proto;
}

}  // namespace attune

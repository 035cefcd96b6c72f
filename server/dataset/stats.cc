#include "dataset/stats.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/strings.h"
#include "dataset/near_duplicates.h"
#include "dataset/row.h"
#include "dataset/showable.h"

namespace attune {
namespace {

constexpr int kFirstLengthBits = 4;  // the first bar: below 16 characters

// In UTF-8: bytes that begin one.
uint64_t Characters(std::string_view text) {
  return static_cast<uint64_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void CountLength(std::string_view text, std::vector<Bucket>& bars) {
  const auto bits = static_cast<int>(std::bit_width(Characters(text)));
  const auto bar = static_cast<size_t>(std::max(bits, kFirstLengthBits) - kFirstLengthBits);
  while (bars.size() <= bar) bars.push_back({.below = static_cast<double>(16ull << bars.size())});
  ++bars[bar].count;
}

// Refers to the dataset.
class Counter {
 public:
  explicit Counter(const DatasetView& view) : dataset_(*view.dataset()) {
    const DatasetVersion& version = dataset_.Version(view.version());
    inputs_.reserve(static_cast<size_t>(version.train + version.test));
  }

  void Add(uint64_t position, ExampleView example) {
    for (const std::string_view label : example.labels()) ++labels_[AbslView(label)];
    stats_.unlabelled += example.labels().empty() ? 1 : 0;
    CountLength(example.input(), stats_.input_lengths);
    CountLength(example.output(), stats_.output_lengths);
    const uint64_t key = Hash64(DuplicateKey(example.input()));
    const auto [first, added] = first_.try_emplace(key, example);
    stats_.duplicates += added ? 0 : 1;
    stats_.contradictions += !added && first->second.output() != example.output() ? 1 : 0;
    inputs_.push_back({.key = key, .signature = dataset_.RowAt(static_cast<uint32_t>(position)).signature});
    examples_.push_back(example);
  }

  DatasetStats Finish() && {
    RankLabels();
    const NearDuplicates near = FindNearDuplicates(inputs_);
    stats_.near_sample = static_cast<int64_t>(near.sample);
    stats_.near_found = static_cast<int64_t>(near.found);
    for (const NearPair& pair : near.pairs) {
      stats_.near_pairs.push_back(
          {std::string(examples_[pair.first].id()), std::string(examples_[pair.second].id()), pair.similarity});
    }
    return std::move(stats_);
  }

 private:
  void RankLabels() {
    stats_.distinct_labels = static_cast<int64_t>(labels_.size());
    std::vector<std::pair<absl::string_view, int64_t>> ranked(labels_.begin(), labels_.end());
    const auto end = ranked.begin() + static_cast<ptrdiff_t>(std::min(ranked.size(), kMaxStatsLabels));
    std::partial_sort(ranked.begin(), end, ranked.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    for (auto label = ranked.begin(); label != end; ++label) stats_.labels.emplace_back(label->first, label->second);
  }

  const Dataset& dataset_;
  DatasetStats stats_;
  absl::flat_hash_map<absl::string_view, int64_t> labels_;
  absl::flat_hash_map<uint64_t, ExampleView> first_;  // with each input
  std::vector<Signed> inputs_;
  std::vector<ExampleView> examples_;
};

}  // namespace

DatasetStats CountExamples(const DatasetView& view) {
  if (view.dataset() == nullptr) return {};
  Counter counter(view);
  view.Visit(0, [&](uint64_t position, ExampleView example) {
    counter.Add(position, example);
    return true;
  });
  return std::move(counter).Finish();
}

}  // namespace attune

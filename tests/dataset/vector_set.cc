#include "tests/dataset/vector_set.h"

#include <algorithm>
#include <cmath>

namespace attune {
namespace {

constexpr float kSpread = 1;    // of a cluster, against that of the centres: they overlap
constexpr float kNoise = 0.1F;  // of a single dimension
constexpr size_t kBatch = 1'024;

}  // namespace

ClusteredVectors::ClusteredVectors(uint32_t dimensions, uint32_t clusters, uint64_t seed) : random_(0) {
  const auto fill = [this](std::vector<std::vector<float>>& vectors, size_t count, size_t size) {
    vectors.assign(count, std::vector<float>(size));
    for (std::vector<float>& vector : vectors) std::generate(vector.begin(), vector.end(), [this] { return Normal(); });
  };
  fill(directions_, kDirections, dimensions);  // the same for every seed, so that questions fit
  fill(centres_, clusters, kDirections);
  random_.seed(seed);
}

std::vector<float> ClusteredVectors::Next() {
  const std::vector<float>& centre = centres_[random_() % centres_.size()];
  std::vector<float> vector(directions_[0].size());
  for (float& number : vector) number = kNoise * Normal();
  for (size_t d = 0; d < kDirections; ++d) {
    const float along = (centre[d] + kSpread * Normal()) / std::sqrt(static_cast<float>(kDirections));
    for (size_t i = 0; i < vector.size(); ++i) vector[i] += along * directions_[d][i];
  }
  return Normalized(std::move(vector));
}

std::vector<float> Normalized(std::vector<float> vector) {
  double square = 0;
  for (const float number : vector) square += static_cast<double>(number) * number;
  for (float& number : vector) number = static_cast<float>(number / std::sqrt(square));
  return vector;
}

std::shared_ptr<const VectorIndex> MakeVectorIndex(const std::vector<std::vector<float>>& vectors) {
  auto index = VectorIndex::Empty(static_cast<uint32_t>(vectors.front().size()));
  for (size_t begin = 0; begin < vectors.size(); begin += kBatch) {
    std::vector<VectorIndex::Added> added;
    for (size_t i = begin; i < std::min(begin + kBatch, vectors.size()); ++i) {
      added.push_back({static_cast<uint32_t>(i), vectors[i]});
    }
    index = *VectorIndex::Add(index, added);
  }
  return MergeAll(std::move(index));
}

std::shared_ptr<const VectorIndex> MergeAll(std::shared_ptr<const VectorIndex> index) {
  while (index->NeedsMerge()) index = VectorIndex::Install(index, *VectorIndex::Merge(index));
  return index;
}

std::vector<RankedRow> NearestOf(const std::vector<std::vector<float>>& vectors, std::span<const float> question,
                                 size_t limit) {
  std::vector<RankedRow> ranked;
  for (size_t i = 0; i < vectors.size(); ++i) {
    double product = 0;
    for (size_t j = 0; j < question.size(); ++j) product += static_cast<double>(vectors[i][j]) * question[j];
    ranked.push_back({static_cast<uint32_t>(i), product});
  }
  std::sort(ranked.begin(), ranked.end(), RanksBefore);
  if (ranked.size() > limit) ranked.resize(limit);
  return ranked;
}

double RecallOf(const std::vector<RankedRow>& found, const std::vector<RankedRow>& exact) {
  const auto there = [&](const RankedRow& wanted) {
    return std::any_of(found.begin(), found.end(), [&](const RankedRow& row) { return row.row == wanted.row; });
  };
  if (exact.empty()) return 1;
  return static_cast<double>(std::count_if(exact.begin(), exact.end(), there)) / static_cast<double>(exact.size());
}

}  // namespace attune

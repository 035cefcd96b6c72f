#include "dataset/near_duplicates.h"

#include <algorithm>
#include <bit>

namespace attune {
namespace {

// So many bits may differ. Most pairs have more in the first half already.
int MostDifferingBits() {
  SimHash other = {0, 0};
  int bits = 0;
  for (; Similarity(other, {0, 0}) >= kNearDuplicate; ++bits) other[0] |= uint64_t{1} << bits;
  return bits - 1;
}

// The first input that is near this one; `index` itself: none is.
size_t FirstNear(const std::vector<Signed>& inputs, size_t index, int most) {
  const Signed& one = inputs[index];
  for (size_t other = 0; other < inputs.size(); ++other) {
    const SimHash& signature = inputs[other].signature;
    const int half = std::popcount(signature[0] ^ one.signature[0]);
    if (half > most || half + std::popcount(signature[1] ^ one.signature[1]) > most) continue;
    if (inputs[other].key != one.key) return other;
  }
  return index;
}

}  // namespace

NearDuplicates FindNearDuplicates(const std::vector<Signed>& inputs) {
  NearDuplicates result;
  const size_t n = inputs.size();
  if (n == 0) return result;
  const int most = MostDifferingBits();
  result.sample = std::min(n, std::max<size_t>(1, kMaxComparisons / n));
  for (size_t i = 0; i < result.sample; ++i) {
    const size_t index = i * n / result.sample;
    if (inputs[index].signature == SimHash{}) continue;
    const size_t other = FirstNear(inputs, index, most);
    if (other == index) continue;
    ++result.found;
    // Each of a pair finds the other: told once.
    const auto told = [&](const NearPair& pair) { return pair.first == other && pair.second == index; };
    if (result.pairs.size() >= kMaxNearPairs || std::any_of(result.pairs.begin(), result.pairs.end(), told)) continue;
    result.pairs.push_back({index, other, Similarity(inputs[index].signature, inputs[other].signature)});
  }
  return result;
}

}  // namespace attune

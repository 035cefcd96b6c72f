#include "dataset/scan_loops_x86.h"

#ifdef __x86_64__

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "dataset/row_bits.h"

namespace attune {
namespace {

#define ATTUNE_AVX2 [[gnu::target("avx2")]]

constexpr size_t kLanes = 16;  // rows of one step
static_assert(kLanes == kPeaks);
constexpr int kBits = 8;

// The largest relative error of the estimate, 1.5 / 4096 (Intel 64 and IA-32 Architectures Software Developer's Manual,
// RCPPS), and a little for the roundings of products and quotients.
constexpr float kReciprocalError = 1.51F / 4096;

ATTUNE_AVX2 inline __m256i Load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
ATTUNE_AVX2 inline void Store(void* to, __m256i what) { _mm256_storeu_si256(static_cast<__m256i*>(to), what); }

// 32 sums.
ATTUNE_AVX2 inline void Widen(__m256i sums, uint16_t* totals) {
  const __m256i low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(sums));
  const __m256i high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(sums, 1));
  Store(totals, _mm256_add_epi16(Load(totals), low));
  Store(totals + kLanes, _mm256_add_epi16(Load(totals + kLanes), high));
}

// The steps of a block's rows. Their sums stay in registers for a whole chunk.
ATTUNE_AVX2 inline void AddSets(std::span<const DenseSet> sets, size_t first_byte, uint16_t* totals) {
  for (auto set = sets.begin(); set != sets.end();) {
    __m256i sums[kBits] = {};
    for (bool more = true; more; ++set) {
      const __m256i rows = Load(set->bits + first_byte);
      const __m256i step = _mm256_set1_epi8(static_cast<char>(set->step));
#pragma GCC unroll 8
      for (int bit = 0; bit < kBits; ++bit) {
        const __m256i mask = _mm256_set1_epi8(static_cast<char>(1 << bit));
        const __m256i in_set = _mm256_cmpeq_epi8(_mm256_and_si256(rows, mask), mask);
        sums[bit] = _mm256_add_epi8(sums[bit], _mm256_and_si256(in_set, step));
      }
      more = !set->ends_chunk;
    }
#pragma GCC unroll 8
    for (int bit = 0; bit < kBits; ++bit) Widen(sums[bit], totals + bit * kBlockBytes);
  }
}

// Eight of them as floats.
ATTUNE_AVX2 inline __m256 Floats(const uint16_t* numbers) {
  return _mm256_cvtepi32_ps(
      _mm256_cvtepu16_epi32(_mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(numbers)))));
}

// The bounds of eight rows. `weights` have a scale of 1.
ATTUNE_AVX2 inline __m256i Weigh(const uint32_t* masses, __m256 per_mass, const uint16_t* lengths,
                                 const LengthWeights& weights, const uint16_t* totals) {
  const __m256 of_masses = _mm256_mul_ps(_mm256_cvtepi32_ps(Load(masses)), per_mass);
  const __m256 total = _mm256_add_ps(Floats(totals), of_masses);
  const __m256 divisor =
      _mm256_add_ps(_mm256_set1_ps(weights.base), _mm256_mul_ps(_mm256_set1_ps(weights.slope), Floats(lengths)));
  const __m256 bound = _mm256_mul_ps(total, _mm256_rcp_ps(divisor));
  return _mm256_cvttps_epi32(_mm256_ceil_ps(bound));
}

ATTUNE_AVX2 inline __m256i AtLeast(__m256i bounds, __m256i from) {
  return _mm256_cmpeq_epi16(_mm256_max_epu16(bounds, from), bounds);
}

ATTUNE_AVX2 void Bound(const ScanInput& input, uint16_t* bounds, uint16_t* peaks) {
  const LengthWeights weights = WithScaleOfOne(input.weights, kReciprocalError);
  const __m256 per_mass = _mm256_set1_ps(input.per_mass);
  for (size_t block = 0; block < input.blocks; ++block) {
    std::array<uint16_t, kBlockRows> totals{};
    AddSets(input.sets, input.first_byte + block * kBlockBytes, totals.data());
    const size_t first = block * kBlockRows;
    __m256i largest = _mm256_setzero_si256();
    for (size_t i = 0; i < kBlockRows; i += kLanes) {
      const uint32_t* const masses = input.masses + first + i;
      const uint16_t* const lengths = input.lengths + first + i;
      const __m256i low = Weigh(masses, per_mass, lengths, weights, totals.data() + i);
      const __m256i high = Weigh(masses + 8, per_mass, lengths + 8, weights, totals.data() + i + 8);
      // Packing takes turns between the halves.
      const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0b11'01'10'00);
      largest = _mm256_max_epu16(largest, packed);
      Store(bounds + first + i, packed);
    }
    Store(peaks + block * kPeaks, largest);
  }
}

ATTUNE_AVX2 size_t CountFrom(const uint16_t* numbers, size_t size, uint16_t from) {
  const __m256i least = _mm256_set1_epi16(static_cast<int16_t>(from));
  __m256i counts = _mm256_setzero_si256();  // of each lane: at most 65,536 / kLanes
  size_t begin = 0;
  for (; begin + kLanes <= size; begin += kLanes) {
    counts = _mm256_sub_epi16(counts, AtLeast(Load(numbers + begin), least));
  }
  std::array<uint16_t, kLanes> each;
  Store(each.data(), counts);
  size_t count = 0;
  for (const uint16_t of_lane : each) count += of_lane;
  for (; begin < size; ++begin) count += numbers[begin] >= from ? 1 : 0;
  return count;
}

// Few rows are found, so most steps are passed over.
ATTUNE_AVX2 size_t Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found) {
  const __m256i least = _mm256_set1_epi16(static_cast<int16_t>(from));
  size_t count = 0;
  size_t begin = 0;
  for (; begin + 2 * kLanes <= rows; begin += 2 * kLanes) {
    const __m256i low = AtLeast(Load(bounds + begin), least);
    const __m256i high = AtLeast(Load(bounds + begin + kLanes), least);
    // Packing takes turns between the halves.
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0b11'01'10'00);
    for (auto set = static_cast<uint32_t>(_mm256_movemask_epi8(bytes)); set != 0; set &= set - 1) {
      const size_t row = begin + static_cast<size_t>(std::countr_zero(set));
      found[count] = static_cast<uint16_t>(row);
      count += bounds[row] < below ? 1 : 0;
    }
  }
  for (; begin < rows; ++begin) {
    found[count] = static_cast<uint16_t>(begin);
    count += bounds[begin] >= from && bounds[begin] < below ? 1 : 0;
  }
  return count;
}

constexpr ScanLoops kAvx2 = {Bound, CountFrom, Collect};

}  // namespace

const ScanLoops& Avx2ScanLoops() { return kAvx2; }

}  // namespace attune

#endif

#include "dataset/scan_loops_x86.h"

#ifdef __x86_64__

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "dataset/row_bits.h"

namespace attune {
namespace {

#define ATTUNE_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,popcnt")]]

constexpr size_t kLanes = 16;     // rows of a step that weighs
constexpr size_t kCompared = 32;  // numbers of one that compares
static_assert(kLanes == kPeaks);
constexpr int kBits = 8;
constexpr size_t kPair = 2;  // blocks whose steps are added up together

// The largest relative error of the estimate, 2^-14 (Intel 64 and IA-32 Architectures Software Developer's Manual,
// VRCP14PS), and a little for the roundings of products and quotients.
constexpr float kReciprocalError = 1.01F / 16384;

using Totals = std::array<uint16_t, kPair * kBlockRows>;

// 32 sums.
ATTUNE_AVX512 inline void Widen(__m256i sums, uint16_t* totals) {
  _mm512_storeu_si512(totals, _mm512_add_epi16(_mm512_loadu_si512(totals), _mm512_cvtepu8_epi16(sums)));
}

// The steps of the rows of two blocks, or of one; `loaded` are the bytes of a set that are theirs.
ATTUNE_AVX512 inline void AddSets(std::span<const DenseSet> sets, size_t first_byte, __mmask64 loaded, Totals& totals) {
  for (auto set = sets.begin(); set != sets.end();) {
    __m512i sums[kBits] = {};
    for (bool more = true; more; ++set) {
      const __m512i rows = _mm512_maskz_loadu_epi8(loaded, set->bits + first_byte);
      const __m512i step = _mm512_set1_epi8(static_cast<char>(set->step));
#pragma GCC unroll 8
      for (int bit = 0; bit < kBits; ++bit) {
        const __mmask64 in_set = _mm512_test_epi8_mask(rows, _mm512_set1_epi8(static_cast<char>(1 << bit)));
        sums[bit] = _mm512_mask_add_epi8(sums[bit], in_set, sums[bit], step);
      }
      more = !set->ends_chunk;
    }
#pragma GCC unroll 8
    for (int bit = 0; bit < kBits; ++bit) {
      Widen(_mm512_castsi512_si256(sums[bit]), totals.data() + bit * kBlockBytes);
      Widen(_mm512_extracti64x4_epi64(sums[bit], 1), totals.data() + kBlockRows + bit * kBlockBytes);
    }
  }
}

ATTUNE_AVX512 inline __m512 Floats(const uint16_t* numbers) {
  return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(_mm256_loadu_epi16(numbers)));
}

// The bounds of 16 rows. `weights` have a scale of 1.
ATTUNE_AVX512 inline __m256i Weigh(const uint32_t* masses, float per_mass, const uint16_t* lengths,
                                   const LengthWeights& weights, const uint16_t* totals) {
  const __m512 mass = _mm512_cvtepi32_ps(_mm512_loadu_si512(masses));
  const __m512 total = _mm512_fmadd_ps(mass, _mm512_set1_ps(per_mass), Floats(totals));
  const __m512 divisor = _mm512_fmadd_ps(_mm512_set1_ps(weights.slope), Floats(lengths), _mm512_set1_ps(weights.base));
  const __m512 bound = _mm512_mul_ps(total, _mm512_rcp14_ps(divisor));
  return _mm512_cvtepi32_epi16(_mm512_cvt_roundps_epi32(bound, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC));
}

// A bit for each of `count` numbers, of the first kCompared if there are more, that is `from` or more.
ATTUNE_AVX512 inline __mmask32 AtLeast(const uint16_t* numbers, size_t count, __m512i from) {
  const __mmask32 loaded = count >= kCompared ? ~__mmask32{0} : (__mmask32{1} << count) - 1;
  return _mm512_mask_cmpge_epu16_mask(loaded, _mm512_maskz_loadu_epi16(loaded, numbers), from);
}

ATTUNE_AVX512 void Bound(const ScanInput& input, uint16_t* bounds, uint16_t* peaks) {
  const LengthWeights weights = WithScaleOfOne(input.weights, kReciprocalError);
  for (size_t pair = 0; pair < input.blocks; pair += kPair) {
    const size_t blocks = std::min(kPair, input.blocks - pair);
    Totals totals{};
    AddSets(input.sets, input.first_byte + pair * kBlockBytes, blocks == kPair ? ~__mmask64{0} : 0xffffffff, totals);
    for (size_t block = 0; block < blocks; ++block) {
      const size_t first = (pair + block) * kBlockRows;
      __m256i largest = _mm256_setzero_si256();
      for (size_t i = 0; i < kBlockRows; i += kLanes) {
        const __m256i some = Weigh(input.masses + first + i, input.per_mass, input.lengths + first + i, weights,
                                   totals.data() + block * kBlockRows + i);
        largest = _mm256_max_epu16(largest, some);
        _mm256_storeu_epi16(bounds + first + i, some);
      }
      _mm256_storeu_epi16(peaks + (pair + block) * kPeaks, largest);
    }
  }
}

ATTUNE_AVX512 size_t CountFrom(const uint16_t* numbers, size_t size, uint16_t from) {
  const __m512i least = _mm512_set1_epi16(static_cast<int16_t>(from));
  size_t count = 0;
  for (size_t begin = 0; begin < size; begin += kCompared) {
    count += static_cast<size_t>(std::popcount(AtLeast(numbers + begin, size - begin, least)));
  }
  return count;
}

// Few rows are found, so most steps are passed over.
ATTUNE_AVX512 size_t Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found) {
  const __m512i least = _mm512_set1_epi16(static_cast<int16_t>(from));
  size_t count = 0;
  for (size_t begin = 0; begin < rows; begin += kCompared) {
    for (uint32_t set = AtLeast(bounds + begin, rows - begin, least); set != 0; set &= set - 1) {
      const size_t row = begin + static_cast<size_t>(std::countr_zero(set));
      found[count] = static_cast<uint16_t>(row);
      count += bounds[row] < below ? 1 : 0;
    }
  }
  return count;
}

constexpr ScanLoops kAvx512 = {Bound, CountFrom, Collect};

}  // namespace

bool HasFastAvx512() {
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512vbmi2") != 0;
}

const ScanLoops& Avx512ScanLoops() { return kAvx512; }

}  // namespace attune

#endif

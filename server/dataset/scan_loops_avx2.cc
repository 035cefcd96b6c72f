#include "dataset/scan_loops_avx2.h"

#ifdef __x86_64__

#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "dataset/row_bits.h"

namespace attune {
namespace {

#define ATTUNE_AVX2 [[gnu::target("avx2")]]

constexpr size_t kLanes = 16;  // rows of one step

ATTUNE_AVX2 inline __m256i Load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

// Eight of them as floats.
ATTUNE_AVX2 inline __m256 Floats(const uint16_t* numbers) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(numbers))));
}

// The bounds of eight rows.
ATTUNE_AVX2 inline __m256i Weigh(const uint32_t* masses, __m256 per_mass, const uint16_t* lengths,
                                 const LengthWeights& weights, const uint16_t* totals) {
  const __m256 of_masses = _mm256_mul_ps(_mm256_cvtepi32_ps(Load(masses)), per_mass);
  const __m256 total = _mm256_add_ps(Floats(totals), of_masses);
  const __m256 divisor =
      _mm256_add_ps(_mm256_set1_ps(weights.base), _mm256_mul_ps(_mm256_set1_ps(weights.slope), Floats(lengths)));
  const __m256 bound = _mm256_mul_ps(_mm256_mul_ps(total, _mm256_set1_ps(weights.scale)), _mm256_rcp_ps(divisor));
  const __m256 any = _mm256_cmp_ps(total, _mm256_setzero_ps(), _CMP_GT_OQ);  // all bits, that is -1
  return _mm256_sub_epi32(_mm256_cvttps_epi32(bound), _mm256_castps_si256(any));
}

// A bit for each of 16 rows whose bound is `from` or more.
ATTUNE_AVX2 inline uint32_t From(__m256i bounds, __m256i from) {
  const __m256i at_least = _mm256_cmpeq_epi16(_mm256_max_epu16(bounds, from), bounds);
  const __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(at_least), _mm256_extracti128_si256(at_least, 1));
  return static_cast<uint32_t>(_mm_movemask_epi8(bytes));
}

}  // namespace

ATTUNE_AVX2 void Avx2Weigh(const uint32_t* masses, float per_mass, const uint16_t* lengths, LengthWeights weights,
                           size_t blocks, uint16_t* totals) {
  weights.scale *= 1 + kReciprocalRounding / 2;
  const __m256 each = _mm256_set1_ps(per_mass);
  for (size_t i = 0; i < blocks * kBlockRows; i += kLanes) {
    const __m256i low = Weigh(masses + i, each, lengths + i, weights, totals + i);
    const __m256i high = Weigh(masses + i + 8, each, lengths + i + 8, weights, totals + i + 8);
    // Packing takes turns between the halves.
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0b11'01'10'00);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(totals + i), packed);
  }
}

// Few rows are found, so most steps are passed over.
ATTUNE_AVX2 size_t Avx2Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found) {
  const __m256i least = _mm256_set1_epi16(static_cast<int16_t>(from));
  size_t count = 0;
  size_t begin = 0;
  for (; begin + kLanes <= rows; begin += kLanes) {
    for (uint32_t set = From(Load(bounds + begin), least); set != 0; set &= set - 1) {
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

}  // namespace attune

#endif

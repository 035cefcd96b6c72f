// The two loops of a scan that compilers do not write as well as the processor allows. As in scan_loops.h.
#ifndef ATTUNE_DATASET_SCAN_LOOPS_AVX2_H_
#define ATTUNE_DATASET_SCAN_LOOPS_AVX2_H_

#include <cstddef>
#include <cstdint>

#include "dataset/scan_loops.h"

namespace attune {

#ifdef __x86_64__
// Divides by the processor's estimate, which makes a bound up to kReciprocalRounding larger.
void Avx2Weigh(const uint32_t* masses, float per_mass, const uint16_t* lengths, LengthWeights weights, size_t blocks,
               uint16_t* totals);
size_t Avx2Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found);

// Twice the largest error of the estimate: 1.5 * 2^-12 (Intel 64 and IA-32 Architectures Software Developer's Manual,
// RCPPS).
inline constexpr float kReciprocalRounding = 3.0F / 4096;
#endif

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LOOPS_AVX2_H_

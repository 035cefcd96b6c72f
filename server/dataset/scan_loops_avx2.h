// The loops of a scan for processors with AVX2. As in scan_loops.h.
#ifndef ATTUNE_DATASET_SCAN_LOOPS_AVX2_H_
#define ATTUNE_DATASET_SCAN_LOOPS_AVX2_H_

#include <cstddef>
#include <cstdint>

#include "dataset/scan_loops.h"

namespace attune {

#ifdef __x86_64__
// Divides by the processor's estimate of a reciprocal, which makes a bound up to twice its error larger: by 3/4096.
void Avx2Bound(const ScanInput& input, uint16_t* bounds, uint16_t* peaks);
size_t Avx2CountFrom(const uint16_t* numbers, size_t size, uint16_t from);
size_t Avx2Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found);
#endif

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LOOPS_AVX2_H_

// The loops of a scan for processors with AVX-512. As in scan_loops.h.
#ifndef ATTUNE_DATASET_SCAN_LOOPS_AVX512_H_
#define ATTUNE_DATASET_SCAN_LOOPS_AVX512_H_

#include <cstddef>
#include <cstdint>

#include "dataset/scan_loops.h"

namespace attune {

#ifdef __x86_64__
// Whether the processor has it and does not slow down for it: those from Intel's Ice Lake and AMD's Zen 4 on, which are
// known by their VBMI2.
bool HasFastAvx512();

// Divides by the processor's estimate of a reciprocal, which makes a bound up to twice its error larger: by 2^-13.
void Avx512Bound(const ScanInput& input, uint16_t* bounds, uint16_t* peaks);
size_t Avx512CountFrom(const uint16_t* numbers, size_t size, uint16_t from);
size_t Avx512Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found);
#endif

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LOOPS_AVX512_H_

// The loops of a scan by hand, for processors with AVX2 and for those with AVX-512. As in scan_loops.h.
//
// Both divide by the processor's estimate of a reciprocal, which makes a bound up to twice its error larger:
// by 3.02/4096 with AVX2, by 2^-13 with AVX-512.
#ifndef ATTUNE_DATASET_SCAN_LOOPS_X86_H_
#define ATTUNE_DATASET_SCAN_LOOPS_X86_H_

#include "dataset/scan_loops.h"

#ifdef __x86_64__

namespace attune {

// The same weights, larger by an error of reciprocals, as quotients of 1: their scale is divided out of the others.
inline LengthWeights WithScaleOfOne(const LengthWeights& weights, float error) {
  const float scale = weights.scale * (1 + error);
  return {.base = weights.base / scale, .slope = weights.slope / scale};
}

// Only where the processor has AVX2.
const ScanLoops& Avx2ScanLoops();

// Whether the processor has AVX-512 and does not slow down for it: those from Intel's Ice Lake and AMD's Zen 4 on,
// which are known by their VBMI2.
bool HasFastAvx512();
const ScanLoops& Avx512ScanLoops();

}  // namespace attune

#endif

#endif  // ATTUNE_DATASET_SCAN_LOOPS_X86_H_

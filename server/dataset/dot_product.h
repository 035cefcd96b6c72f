// Products of vectors: of two of length 1, the cosine of the angle between them.
#ifndef ATTUNE_DATASET_DOT_PRODUCT_H_
#define ATTUNE_DATASET_DOT_PRODUCT_H_

#include <cstddef>
#include <span>

namespace attune {

// Of `size` numbers each, of any alignment. With AVX2 where the processor has it; the sums are made in the same order
// everywhere and without fused steps, so that every processor ranks alike, to the last bit.
float DotProduct(const float* a, const float* b, size_t size);

// How far from 1 the length of a vector may be that counts as having length 1: rounding is far below.
inline constexpr double kUnitTolerance = 1e-3;

// False for numbers that are not finite, too.
bool IsUnitVector(std::span<const float> vector);

}  // namespace attune

#endif  // ATTUNE_DATASET_DOT_PRODUCT_H_

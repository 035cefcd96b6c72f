#include "dataset/dot_product.h"

#include <array>
#include <cmath>
#include <cstring>

namespace attune {
namespace {

constexpr size_t kLanes = 32;  // sums that run side by side, as many as keep the adders of a core busy

// In vectors of `Width` numbers, which changes nothing of the result: lane i adds up the numbers i, i + 32, i + 64 ...
template <size_t Width>
[[gnu::always_inline]] inline float Product(const float* a, const float* b, size_t size) {
  using Vector [[gnu::vector_size(Width * sizeof(float))]] = float;
  constexpr size_t kVectors = kLanes / Width;
  Vector sums[kVectors] = {};
  size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
#pragma GCC unroll 8
    for (size_t v = 0; v < kVectors; ++v) {
      Vector left, right;
      std::memcpy(&left, a + i + v * Width, sizeof(left));
      std::memcpy(&right, b + i + v * Width, sizeof(right));
      sums[v] += left * right;
    }
  }
#pragma GCC unroll 3
  for (size_t half = kVectors / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (size_t v = 0; v < half; ++v) sums[v] += sums[v + half];
  }
  std::array<float, Width> lanes;
  std::memcpy(lanes.data(), sums, sizeof(lanes));
#pragma GCC unroll 3
  for (size_t half = Width / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (size_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
  }
  float rest = 0;
  for (; i < size; ++i) rest += a[i] * b[i];
  return lanes[0] + rest;
}

using Function = float (*)(const float*, const float*, size_t);

float ProductOf4(const float* a, const float* b, size_t size) { return Product<4>(a, b, size); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] float ProductOf8(const float* a, const float* b, size_t size) { return Product<8>(a, b, size); }

Function BestProduct() { return __builtin_cpu_supports("avx2") ? ProductOf8 : ProductOf4; }
#else
Function BestProduct() { return ProductOf4; }
#endif

}  // namespace

float DotProduct(const float* a, const float* b, size_t size) {
  static const Function product = BestProduct();
  return product(a, b, size);
}

bool IsUnitVector(std::span<const float> vector) {
  double square = 0;
  for (const float number : vector) square += static_cast<double>(number) * number;
  return std::abs(std::sqrt(square) - 1) <= kUnitTolerance;
}

}  // namespace attune

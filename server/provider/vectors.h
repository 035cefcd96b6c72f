// Vectors as vendors send them, to vectors as Embedder promises them. Pure.
#ifndef ATTUNE_PROVIDER_VECTORS_H_
#define ATTUNE_PROVIDER_VECTORS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provider/embed_dialect.h"
#include "provider/embedder.h"

namespace attune {

// A field with an array of numbers, or with the base64 text of little-endian float32. Empty if it is neither, or is not
// there. A number too large for a float reads as infinite.
std::vector<float> VectorField(const JsonObject& from, std::string_view key);

// One vector for each of `texts` texts, by the index that each came with, all of one dimension, of `dimensions` if
// that is set, and scaled to length 1. Those of length 1 stay as they are, bit for bit. `what` tells what is wrong when
// it returns nullopt.
std::optional<std::vector<std::vector<float>>> ArrangeVectors(std::vector<FoundVector> found, size_t texts,
                                                              std::optional<int32_t> dimensions, std::string& what);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VECTORS_H_

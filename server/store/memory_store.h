// A store that ends with the process: for tests, and for trying things out (`attuned --memory`).
#ifndef ATTUNE_STORE_MEMORY_STORE_H_
#define ATTUNE_STORE_MEMORY_STORE_H_

#include <cstddef>
#include <memory>

#include "store/store.h"

namespace attune {

struct MemoryStoreOptions {
  // Beyond one of these the interactions with the smallest ids go, and their feedback with them.
  size_t max_interactions = 1'000'000;
  size_t max_interaction_bytes = size_t{1} << 30;
  size_t max_vector_bytes = size_t{1} << 30;  // beyond it some are dropped
};

// Keeps Store's whole contract but durability; Describe() is "memory".
std::unique_ptr<Store> NewMemoryStore(const MemoryStoreOptions& options = {});

}  // namespace attune

#endif  // ATTUNE_STORE_MEMORY_STORE_H_

// A graph over the first vectors of a store in which a search walks from neighbour to neighbour towards the question:
// nearly the nearest vectors in about log(n) steps. Malkov and Yashunin, "Efficient and Robust Approximate Nearest
// Neighbor Search Using Hierarchical Navigable Small World Graphs", IEEE TPAMI 2020; hnswlib does it.
//
// Immutable: searches run on any thread. It holds links, no vectors: about 170 bytes a vector, and 2 bytes a vector for
// each search that runs at the same time, which are kept for later ones.
#ifndef ATTUNE_DATASET_VECTOR_GRAPH_H_
#define ATTUNE_DATASET_VECTOR_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "dataset/vector_store.h"

namespace attune {

class VectorGraph {
 public:
  struct Found {
    uint32_t slot = 0;
    float cosine = 0;
  };

  // The graph `base` (null: one without vectors) and the vectors up to `end`, the newer ones linked in one after the
  // other: the links are copied, of which a million take a tenth of a second, and a vector more takes up to a
  // millisecond. The same vectors give the same graph, in however many steps. INTERNAL (VECTOR_GRAPH) if there is not
  // enough memory.
  static absl::StatusOr<std::shared_ptr<const VectorGraph>> Extend(const VectorGraph* base,
                                                                   std::shared_ptr<const VectorStore> vectors,
                                                                   size_t end);
  ~VectorGraph();

  size_t size() const { return size_; }

  // About the `candidates` nearest vectors, in no order. The more there are, the surer are the nearest among them.
  // Fewer if the graph has fewer, or parts that cannot be reached; none if memory runs out.
  std::vector<Found> Search(std::span<const float> question, size_t candidates) const;

 private:
  struct Library;  // hnswlib's types, which only the .cc knows

  VectorGraph(std::shared_ptr<const VectorStore> vectors, size_t size);
  void Build(const VectorGraph* base);

  const std::shared_ptr<const VectorStore> vectors_;
  const size_t size_;
  std::unique_ptr<Library> library_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_VECTOR_GRAPH_H_

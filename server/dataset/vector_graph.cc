#include "dataset/vector_graph.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/dot_product.h"

// Its own products are not used, and its prefetches read behind the end of lists.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

namespace attune {
namespace {

// Links of a vector in the upper layers, twice as many in the lowest, and the candidates that they are chosen from: in
// the ranges that the paper recommends. With 200 candidates linking takes twice as long.
constexpr size_t kLinks = 16;
constexpr size_t kBuildCandidates = 100;
constexpr size_t kSeed = 1;  // of the layers
// The first vector is in so many layers above the lowest, of which the others draw one in 16 each: more than any other,
// so that it is where every walk begins. The library then never walks with its lock on the top layer, which the thread
// sanitizer takes for a deadlock to come.
constexpr int kLayersOfFirst = 8;

// What the library takes for a vector is a pointer to one: so the vectors stay in the store.
using Element = const float*;

// The smaller, the nearer.
float Distance(const void* a, const void* b, const void* dimensions) {
  Element left = nullptr, right = nullptr;
  std::memcpy(&left, a, sizeof(left));
  std::memcpy(&right, b, sizeof(right));
  return -DotProduct(left, right, *static_cast<const size_t*>(dimensions));
}

class PointerSpace : public hnswlib::SpaceInterface<float> {
 public:
  explicit PointerSpace(size_t dimensions) : dimensions_(dimensions) {}
  size_t get_data_size() override { return sizeof(Element); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return Distance; }
  void* get_dist_func_param() override { return &dimensions_; }

 private:
  size_t dimensions_;
};

using Graph = hnswlib::HierarchicalNSW<float>;

// All that later insertions depend on, so that they go on as if there had been no copy.
void CopyLinks(const Graph& from, Graph& to) {
  const size_t size = from.cur_element_count;
  std::memcpy(to.data_level0_memory_, from.data_level0_memory_, size * from.size_data_per_element_);
  for (size_t i = 0; i < size; ++i) {
    const int levels = from.element_levels_[i];
    if (levels > 0) {
      const size_t bytes = from.size_links_per_element_ * static_cast<size_t>(levels);
      to.linkLists_[i] = static_cast<char*>(std::malloc(bytes + 1));
      if (to.linkLists_[i] == nullptr) throw std::bad_alloc();
      std::memcpy(to.linkLists_[i], from.linkLists_[i], bytes);
    }
    to.element_levels_[i] = levels;
    to.cur_element_count = i + 1;
  }
  to.enterpoint_node_ = from.enterpoint_node_;
  to.maxlevel_ = from.maxlevel_;
  to.level_generator_ = from.level_generator_;
}

// The locks of insertions: 40 bytes a vector, which searches do not take.
void DropLocks(Graph& graph) {
  graph.link_list_locks_ = decltype(graph.link_list_locks_)();
  graph.link_list_update_locks_ = decltype(graph.link_list_update_locks_)();
}

}  // namespace

struct VectorGraph::Library {
  Library(size_t dimensions, size_t size) : space(dimensions), graph(&space, size, kLinks, kBuildCandidates, kSeed) {}
  PointerSpace space;
  Graph graph;
};

VectorGraph::VectorGraph(std::shared_ptr<const VectorStore> vectors, size_t size)
    : vectors_(std::move(vectors)), size_(size) {}
VectorGraph::~VectorGraph() = default;

absl::StatusOr<std::shared_ptr<const VectorGraph>> VectorGraph::Extend(const VectorGraph* base,
                                                                       std::shared_ptr<const VectorStore> vectors,
                                                                       size_t end) {
  try {
    std::shared_ptr<VectorGraph> next(new VectorGraph(std::move(vectors), end));
    next->Build(base);
    return std::shared_ptr<const VectorGraph>(std::move(next));
  } catch (const std::exception& failure) {
    return Error(absl::StatusCode::kInternal, "VECTOR_GRAPH")
        .Message(StrCat("cannot link ", end, " vectors, which stay searched one by one: ", failure.what()));
  }
}

void VectorGraph::Build(const VectorGraph* base) {
  library_ = std::make_unique<Library>(vectors_->dimensions(), size_);
  Graph& graph = library_->graph;
  if (base != nullptr) CopyLinks(base->library_->graph, graph);
  for (size_t slot = graph.cur_element_count; slot < size_; ++slot) {
    const Element element = vectors_->At(static_cast<uint32_t>(slot));
    graph.addPoint(&element, slot, slot == 0 ? kLayersOfFirst : -1);
    graph.label_lookup_.clear();  // labels are never looked up: no vector is added twice
  }
  DropLocks(graph);
}

std::vector<VectorGraph::Found> VectorGraph::Search(std::span<const float> question, size_t candidates) const {
  std::vector<Found> found;
  try {
    const Element element = question.data();
    auto nearest = library_->graph.searchKnn(&element, candidates);  // looks at as many as it is to return
    found.reserve(nearest.size());
    for (; !nearest.empty(); nearest.pop()) {
      found.push_back({static_cast<uint32_t>(nearest.top().second), -nearest.top().first});
    }
  } catch (const std::exception&) {
    found.clear();
  }
  return found;
}

}  // namespace attune

// VectorIndex::Search: through the graph for the vectors that are linked, one by one for the others.
#include <algorithm>

#include "dataset/dot_product.h"
#include "dataset/vector_index.h"

namespace attune {
namespace {

// The graph is asked for more than is wanted, for it is surer of the nearest then: for so many at least, and for so
// many of each wanted one.
constexpr size_t kLeastCandidates = 128;
constexpr size_t kCandidatesPerResult = 2;
// As many vectors are compared one by one in the time in which the graph finds one candidate.
constexpr size_t kVectorsPerCandidate = 64;
constexpr size_t kMostWidening = 16;  // at once
static_assert(kLeastCandidates * kVectorsPerCandidate == kExactVectors);

}  // namespace

// One search: what it looks for, and what it has found.
class VectorIndex::Scan {
 public:
  Scan(const VectorIndex& index, std::span<const float> question, size_t limit,
       absl::FunctionRef<bool(uint32_t row)> accept)
      : store_(*index.store_), graph_(index.graph_.get()), question_(question), accept_(accept), best_(limit) {}

  // The slots from `begin` to `end`, exactly.
  void OneByOne(size_t begin, size_t end) {
    for (size_t slot = begin; slot < end; ++slot) {
      const auto of_row = static_cast<uint32_t>(slot);
      const float* vector = store_.At(of_row);
      const RankedRow ranked = {store_.RowOf(of_row), DotProduct(vector, question_.data(), question_.size())};
      if (best_.Keeps(ranked) && accept_(ranked.row)) best_.Add(ranked);
    }
  }

  // Widens until half as many are accepted as are looked at where all are: rows of other versions and of the TEST split
  // then cost no accuracy.
  void ThroughGraph() {
    const size_t wanted = std::max(kLeastCandidates, kCandidatesPerResult * best_.limit());
    for (size_t candidates = wanted; candidates <= graph_->size() / kVectorsPerCandidate;) {
      const std::vector<RankedRow> accepted = Accepted(candidates);
      if (2 * accepted.size() >= wanted) {
        for (const RankedRow& ranked : accepted) {
          if (best_.Keeps(ranked)) best_.Add(ranked);
        }
        return;
      }
      candidates *= std::clamp<size_t>(wanted / std::max<size_t>(accepted.size(), 1), 2, kMostWidening);
    }
    OneByOne(0, graph_->size());
  }

  std::vector<RankedRow> Take() { return best_.Take(); }

 private:
  std::vector<RankedRow> Accepted(size_t candidates) const {
    std::vector<RankedRow> accepted;
    accepted.reserve(candidates);
    for (const VectorGraph::Found& found : graph_->Search(question_, candidates)) {
      const uint32_t row = store_.RowOf(found.slot);
      if (accept_(row)) accepted.push_back({row, found.cosine});
    }
    return accepted;
  }

  const VectorStore& store_;
  const VectorGraph* const graph_;
  const std::span<const float> question_;
  const absl::FunctionRef<bool(uint32_t row)> accept_;
  TopRows best_;
};

std::vector<RankedRow> VectorIndex::Search(std::span<const float> question, size_t limit,
                                           absl::FunctionRef<bool(uint32_t row)> accept) const {
  if (limit == 0 || size_ == 0 || question.size() != dimensions()) return {};
  Scan scan(*this, question, std::min(limit, size_), accept);
  if (graph_ != nullptr) scan.ThroughGraph();
  scan.OneByOne(Linked(), size_);
  return scan.Take();
}

}  // namespace attune

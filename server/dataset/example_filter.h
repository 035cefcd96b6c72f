// Which examples a prompt may show, by their labels and metadata. Pure, exact comparisons.
#ifndef ATTUNE_DATASET_EXAMPLE_FILTER_H_
#define ATTUNE_DATASET_EXAMPLE_FILTER_H_

#include <string>
#include <utility>
#include <vector>

#include "dataset/example_view.h"

namespace attune {

inline constexpr size_t kMaxFilterLabels = 64;
inline constexpr size_t kMaxFilterEntries = 64;

struct ExampleFilter {
  std::vector<std::string> labels;
  std::vector<std::pair<std::string, std::string>> metadata;  // key, value; a key may stand there with several values

  bool empty() const { return labels.empty() && metadata.empty(); }
  friend bool operator==(const ExampleFilter&, const ExampleFilter&) = default;
};

// Whether the example has one of the filter's labels or one of its entries: what an exclusion is about.
bool HasAny(ExampleView example, const ExampleFilter& filter);

// Whether the example has one of the labels, if there are any, and of each key that is there one of its values, as the
// facets of a catalog are combined: what an inclusion is about. An empty filter lets everything through.
bool HasAll(ExampleView example, const ExampleFilter& filter);

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_FILTER_H_

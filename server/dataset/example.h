// One question with its good answer, as it comes and goes. A dataset keeps the same in fewer bytes (example_view.h).
#ifndef ATTUNE_DATASET_EXAMPLE_H_
#define ATTUNE_DATASET_EXAMPLE_H_

#include <memory>
#include <string>
#include <vector>

#include "base/message.h"

namespace attune {

enum class Split { kTrain, kTest };

struct Example {
  std::string id;
  std::string input;
  StringMap variables;
  std::string output;
  std::vector<std::string> labels;
  StringMap metadata;
  double weight = 1;  // > 0
  Split split = Split::kTrain;
  friend bool operator==(const Example&, const Example&) = default;
};

using ExamplePtr = std::shared_ptr<const Example>;

inline constexpr size_t kMaxExampleTextBytes = 1 << 20;  // of input and of output each
inline constexpr size_t kMaxExampleIdBytes = 256;
inline constexpr size_t kMaxExampleLabels = 64;

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_H_

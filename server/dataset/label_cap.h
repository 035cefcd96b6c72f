// How often each label has been chosen for one set of examples, and whether that is as often as it may be.
#ifndef ATTUNE_DATASET_LABEL_CAP_H_
#define ATTUNE_DATASET_LABEL_CAP_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "dataset/example_view.h"

namespace attune {

// Refers to the examples.
class LabelCap {
 public:
  // At most `limit` examples with the same label; 0: any number.
  explicit LabelCap(int32_t limit) : limit_(limit) {}

  // One of the example's labels has been chosen so often.
  bool Full(ExampleView example) const {
    if (limit_ <= 0) return false;
    const PackedTexts labels = example.labels();
    return std::any_of(labels.begin(), labels.end(), [this](std::string_view label) {
      const auto found = chosen_.find(label);
      return found != chosen_.end() && found->second >= limit_;
    });
  }
  void Choose(ExampleView example) {
    if (limit_ <= 0) return;
    for (const std::string_view label : example.labels()) ++chosen_[label];
  }

 private:
  const int32_t limit_;
  std::map<std::string_view, int32_t> chosen_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_LABEL_CAP_H_

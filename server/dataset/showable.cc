#include "dataset/showable.h"

#include "base/analyzer.h"

namespace attune {

std::string DuplicateKey(std::string_view input) {
  std::string key = NormalizeText(input);
  return key.empty() ? std::string(input) : key;
}

Showable::Showable(const SelectionPolicy& policy, const Exclusion* exclusion)
    : policy_(policy),
      exclusion_(exclusion),
      filtered_(!policy.include.empty() || !policy.exclude.empty()),
      passes_all_(!filtered_ && exclusion == nullptr),
      excluded_key_(exclusion == nullptr ? "" : DuplicateKey(exclusion->input)) {}

bool Showable::Passes(ExampleView example) const {
  if (filtered_ && (!HasAll(example, policy_.include) || HasAny(example, policy_.exclude))) return false;
  if (exclusion_ == nullptr) return true;
  return (exclusion_->id.empty() || example.id() != exclusion_->id) && DuplicateKey(example.input()) != excluded_key_;
}

}  // namespace attune

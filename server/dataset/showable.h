// Which examples may be shown in answer to one question, whatever the strategy: those of the TRAIN split that the
// policy's filters let through, and in an evaluation not the case itself.
#ifndef ATTUNE_DATASET_SHOWABLE_H_
#define ATTUNE_DATASET_SHOWABLE_H_

#include <string>
#include <string_view>

#include "dataset/example_view.h"
#include "dataset/row.h"
#include "dataset/selection.h"

namespace attune {

// What duplicates have in common: the normalised text, or the text itself where normalisation leaves nothing: "?" and
// "!" are not the same.
std::string DuplicateKey(std::string_view input);

// Refers to the policy and the exclusion (null: none), which must outlive it.
class Showable {
 public:
  Showable(const SelectionPolicy& policy, const Exclusion* exclusion);
  bool operator()(ExampleView example) const { return example.split() == Split::kTrain && Passes(example); }
  // As a rule without a look at the example itself, which is seldom in the processor's cache.
  bool operator()(const Row& row) const { return row.train != 0 && (passes_all_ || Passes(row.example)); }

 private:
  // The filters and the exclusion.
  bool Passes(ExampleView example) const;

  const SelectionPolicy& policy_;
  const Exclusion* exclusion_;
  const bool filtered_;
  const bool passes_all_;
  const std::string excluded_key_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SHOWABLE_H_

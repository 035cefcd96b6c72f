// An example packed as a dataset packs it, for functions that take a view.
#ifndef ATTUNE_TESTS_DATASET_PACKED_EXAMPLE_H_
#define ATTUNE_TESTS_DATASET_PACKED_EXAMPLE_H_

#include <memory>

#include "dataset/example_view.h"

namespace attune {

// Exactly as large as its bytes, so that a reader beyond them is found.
class PackedExample {
 public:
  explicit PackedExample(const Example& example) : bytes_(std::make_unique<char[]>(PackedSize(example))) {
    PackExample(example, bytes_.get());
  }

  ExampleView view() const { return ExampleView(bytes_.get()); }
  operator ExampleView() const { return view(); }  // NOLINT(google-explicit-constructor): that is what it is for

 private:
  std::unique_ptr<char[]> bytes_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_PACKED_EXAMPLE_H_

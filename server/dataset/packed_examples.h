// Holds the packed examples of a dataset, append-only: what was added never moves. One writer adds; readers have views
// of what was published to them, and no one locks.
#ifndef ATTUNE_DATASET_PACKED_EXAMPLES_H_
#define ATTUNE_DATASET_PACKED_EXAMPLES_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "dataset/example_view.h"

namespace attune {

// Writer only, but for what the views refer to.
class PackedExamples {
 public:
  // Where the next example goes: a mark to come back to.
  struct End {
    size_t chunks = 0;
    char* at = nullptr;
    size_t left = 0;  // of the chunk that is filled
  };

  ExampleView Add(const Example& example) {
    char* const to = Make(PackedSize(example));
    PackExample(example, to);
    return ExampleView(to);
  }
  // One that is packed already, elsewhere.
  ExampleView Add(ExampleView example) {
    const std::string_view bytes = example.bytes();
    char* const to = Make(bytes.size());
    std::copy(bytes.begin(), bytes.end(), to);
    return ExampleView(to);
  }

  const End& end() const { return end_; }
  // Gives up what was added since: no view of it may be left. Memory that it alone took is freed.
  void Rewind(const End& end) {
    end_ = end;
    chunks_.resize(end.chunks);
  }

 private:
  // Chunks double in size up to this. So a small dataset takes little, and a large one is not doubled at once.
  static constexpr size_t kFirstChunkBytes = size_t{1} << 10;
  static constexpr size_t kMostChunkBytes = size_t{1} << 20;
  // An example of more than such a part of a chunk gets one of its own, and leaves the other to those after it.
  static constexpr size_t kLargePart = 8;

  char* Make(size_t size);  // room for an example
  char* AddChunk(size_t bytes) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    end_.chunks = chunks_.size();
    return chunks_.back().get();
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  End end_;
};

inline char* PackedExamples::Make(size_t size) {
  const size_t chunk = std::min(kFirstChunkBytes << std::min<size_t>(chunks_.size(), 10), kMostChunkBytes);
  char* to = end_.at;
  if (size > end_.left && size > chunk / kLargePart) {
    to = AddChunk(size);
  } else {
    if (size > end_.left) {
      to = AddChunk(chunk);
      end_.left = chunk;
    }
    end_.at = to + size;
    end_.left -= size;
  }
  return to;
}

}  // namespace attune

#endif  // ATTUNE_DATASET_PACKED_EXAMPLES_H_

// An example as a dataset keeps it: one run of bytes with nothing but its texts and their sizes, of which readers take
// what they need. As an Example it would take hundreds of bytes over its texts, and a dataset may have millions.
//
//   flags               one byte: TEST 1; there is a weight 2, there are labels 4, variables 8, metadata 16;
//                       the id is 32 hex digits 32
//   id                  a text (packed_items.h), or the 16 bytes of the digits (packed_id.h)
//   weight              8 bytes of a double in the machine's order, if it is not 1
//   labels              how many there are, and so many texts
//   input, output       a text each
//   variables, metadata of each: how many entries there are, and so many pairs of texts, by key
//
// The bytes never leave the process.
#ifndef ATTUNE_DATASET_EXAMPLE_VIEW_H_
#define ATTUNE_DATASET_EXAMPLE_VIEW_H_

#include <cstddef>
#include <string_view>

#include "dataset/example.h"
#include "dataset/packed_id.h"
#include "dataset/packed_items.h"

namespace attune {

// One pointer, copied freely. Valid, with all that was read of it, as long as what holds the bytes: as a rule a
// dataset, which a DatasetView keeps alive. To read a part is to pass over those before it.
class ExampleView {
 public:
  ExampleView() = default;  // of no example: nothing may be read
  // `packed`: what PackExample wrote.
  explicit ExampleView(const char* packed) : packed_(packed) {}

  explicit operator bool() const { return packed_ != nullptr; }

  // Announces that something will be read, so that the memory is on its way.
  void Prefetch() const { __builtin_prefetch(packed_); }

  ExampleId id() const { return ExampleId(packed_id()); }
  PackedId packed_id() const { return Has(kHexId) ? PackedId{true, {Id(), kHexIdBytes}} : PackedId{false, Text(Id())}; }
  std::string_view input() const { return Text(Input()); }
  PackedEntries variables() const { return Items<PackedEntries>(kVariables, Variables()); }
  std::string_view output() const { return Text(Output()); }
  PackedTexts labels() const { return Items<PackedTexts>(kLabels, Labels()); }
  PackedEntries metadata() const { return Items<PackedEntries>(kMetadata, Metadata()); }
  double weight() const;
  Split split() const { return Has(kTest) ? Split::kTest : Split::kTrain; }

  std::string_view bytes() const { return {packed_, static_cast<size_t>(End() - packed_)}; }  // all that is packed

  // The same as an object of its own.
  Example Unpack() const;

  // Whether the examples are equal; views of none are.
  friend bool operator==(ExampleView a, ExampleView b);
  friend bool operator==(ExampleView a, const Example& b);

 private:
  friend class ExamplePacker;
  enum Flag : unsigned char { kTest = 1, kWeight = 2, kLabels = 4, kVariables = 8, kMetadata = 16, kHexId = 32 };

  bool Has(Flag flag) const { return (static_cast<unsigned char>(*packed_) & flag) != 0; }
  static std::string_view Text(const char* at) {
    std::string_view text;
    ReadItem(at, text);
    return text;
  }
  static const char* TextEnd(const char* at) {
    std::string_view text;
    return ReadItem(at, text);
  }
  template <typename Range>
  Range Items(Flag flag, const char* at) const {
    return Has(flag) ? Range(at) : Range();
  }
  // Where each part begins, or would.
  const char* Id() const { return packed_ + 1; }
  const char* Weight() const { return Has(kHexId) ? Id() + kHexIdBytes : TextEnd(Id()); }
  const char* Labels() const { return Weight() + (Has(kWeight) ? sizeof(double) : 0); }
  const char* Input() const { return Has(kLabels) ? PackedTexts(Labels()).packed_end() : Labels(); }
  const char* Output() const { return TextEnd(Input()); }
  const char* Variables() const { return TextEnd(Output()); }
  const char* Metadata() const { return Has(kVariables) ? PackedEntries(Variables()).packed_end() : Variables(); }
  const char* End() const { return Has(kMetadata) ? PackedEntries(Metadata()).packed_end() : Metadata(); }

  const char* packed_ = nullptr;
};

size_t PackedSize(const Example& example);
// Writes PackedSize(example) bytes.
void PackExample(const Example& example, char* to);

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_VIEW_H_

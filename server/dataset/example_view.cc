#include "dataset/example_view.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace attune {

double ExampleView::weight() const {
  double weight = 1;
  if (Has(kWeight)) std::memcpy(&weight, Weight(), sizeof(weight));
  return weight;
}

Example ExampleView::Unpack() const {
  Example example;
  example.id = std::string_view(id());
  example.input = input();
  example.output = output();
  example.labels.assign(labels().begin(), labels().end());
  for (const auto& [key, value] : variables()) example.variables.emplace_hint(example.variables.end(), key, value);
  for (const auto& [key, value] : metadata()) example.metadata.emplace_hint(example.metadata.end(), key, value);
  example.weight = weight();
  example.split = split();
  return example;
}

// What is equal has the same bytes.
bool operator==(ExampleView a, ExampleView b) {
  if (a.packed_ == b.packed_) return true;
  if (!a || !b) return false;
  return a.bytes() == b.bytes();
}

bool operator==(ExampleView a, const Example& b) {
  const auto equal = [](const auto& packed, const auto& plain) {
    return packed.size() == plain.size() &&
           std::equal(packed.begin(), packed.end(), plain.begin(),
                      [](const auto& item, const auto& other) { return item == std::decay_t<decltype(item)>(other); });
  };
  return a && a.id() == b.id && a.input() == b.input && a.output() == b.output && a.weight() == b.weight &&
         a.split() == b.split && equal(a.labels(), b.labels) && equal(a.variables(), b.variables) &&
         equal(a.metadata(), b.metadata);
}

// Writes an example, or only counts its bytes.
class ExamplePacker {
 public:
  explicit ExamplePacker(char* to) : to_(to) {}  // nullptr: only counts

  size_t bytes() const { return bytes_; }

  void Add(const Example& example) {
    std::array<char, kHexIdBytes> digits;
    const PackedId id = PackId(example.id, digits);
    AddByte(static_cast<unsigned char>(FlagsOf(example) | (id.hex ? ExampleView::kHexId : 0)));
    if (!id.hex) Add(id.bytes.size());
    Append(id.bytes.data(), id.bytes.size());
    if (example.weight != 1) Append(&example.weight, sizeof(example.weight));
    AddItems(example.labels);
    Add(example.input);
    Add(example.output);
    AddItems(example.variables);
    AddItems(example.metadata);
  }

 private:
  static unsigned char FlagsOf(const Example& example) {
    return static_cast<unsigned char>((example.split == Split::kTest ? ExampleView::kTest : 0) |
                                      (example.weight != 1 ? ExampleView::kWeight : 0) |
                                      (!example.labels.empty() ? ExampleView::kLabels : 0) |
                                      (!example.variables.empty() ? ExampleView::kVariables : 0) |
                                      (!example.metadata.empty() ? ExampleView::kMetadata : 0));
  }

  void Append(const void* bytes, size_t size) {
    if (to_ != nullptr) std::memcpy(to_ + bytes_, bytes, size);
    bytes_ += size;
  }
  void Add(size_t number) {
    for (; number >= 0x80; number >>= 7) AddByte(static_cast<unsigned char>(number | 0x80));
    AddByte(static_cast<unsigned char>(number));
  }
  void AddByte(unsigned char byte) { Append(&byte, 1); }
  void Add(const std::string& text) {
    Add(text.size());
    Append(text.data(), text.size());
  }
  void Add(const std::pair<const std::string, std::string>& entry) {
    Add(entry.first);
    Add(entry.second);
  }
  template <typename Items>
  void AddItems(const Items& items) {
    if (items.empty()) return;
    Add(items.size());
    for (const auto& item : items) Add(item);
  }

  char* const to_;
  size_t bytes_ = 0;
};

size_t PackedSize(const Example& example) {
  ExamplePacker packer(nullptr);
  packer.Add(example);
  return packer.bytes();
}

void PackExample(const Example& example, char* to) { ExamplePacker(to).Add(example); }

}  // namespace attune

// Texts, and pairs of them, one after the other in memory, as example_view.h packs them: a number is a base-128 varint,
// the low bits first; a text is its size and its bytes.
#ifndef ATTUNE_DATASET_PACKED_ITEMS_H_
#define ATTUNE_DATASET_PACKED_ITEMS_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace attune {

using PackedEntry = std::pair<std::string_view, std::string_view>;  // key, value

// Each reads what begins at `at` and returns where it ends. What is read refers to the bytes.
inline const char* ReadItem(const char* at, size_t& number) {
  number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    number |= size_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return at;
  }
}
inline const char* ReadItem(const char* at, std::string_view& text) {
  size_t size = 0;
  at = ReadItem(at, size);
  text = {at, size};
  return at + size;
}
inline const char* ReadItem(const char* at, PackedEntry& entry) {
  return ReadItem(ReadItem(at, entry.first), entry.second);
}

// Any number of items of type T, as a range.
template <typename T>
class PackedItems {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator() = default;
    Iterator(const char* at, size_t left) : next_(at), left_(left) { Read(); }

    reference operator*() const { return item_; }
    pointer operator->() const { return &item_; }
    Iterator& operator++() {
      --left_;
      Read();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }  // of one range

   private:
    void Read() {
      if (left_ > 0) next_ = ReadItem(next_, item_);
    }

    const char* next_ = nullptr;
    size_t left_ = 0;
    T item_;
  };

  PackedItems() = default;  // none
  // `packed`: how many there are, then the items.
  explicit PackedItems(const char* packed) : items_(ReadItem(packed, size_)) {}

  Iterator begin() const { return {items_, size_}; }
  Iterator end() const { return {items_, 0}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Where the last one ends; walks over all.
  const char* packed_end() const {
    T item;
    const char* at = items_;
    for (size_t i = 0; i < size_; ++i) at = ReadItem(at, item);
    return at;
  }

 private:
  size_t size_ = 0;
  const char* items_ = nullptr;
};

using PackedTexts = PackedItems<std::string_view>;
using PackedEntries = PackedItems<PackedEntry>;  // by key

// nullopt: there is no such key.
inline std::optional<std::string_view> FindValue(const PackedEntries& entries, std::string_view key) {
  for (const PackedEntry& entry : entries) {
    if (entry.first >= key) return entry.first == key ? std::optional(entry.second) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace attune

#endif  // ATTUNE_DATASET_PACKED_ITEMS_H_

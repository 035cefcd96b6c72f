// Ids as packed examples have them (example_view.h): those that Attune makes (example_id.h) are 32 hex digits, and take
// half of their size.
#ifndef ATTUNE_DATASET_PACKED_ID_H_
#define ATTUNE_DATASET_PACKED_ID_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace attune {

inline constexpr size_t kHexIdBytes = 16;

// The id's bytes as they are packed, for comparing. Their order is not that of the texts.
struct PackedId {
  bool hex = false;  // kHexIdBytes bytes of two digits each; else the text
  std::string_view bytes;
  friend bool operator==(const PackedId&, const PackedId&) = default;
  friend bool operator<(const PackedId& a, const PackedId& b) { return a.hex != b.hex ? b.hex : a.bytes < b.bytes; }
};

// Refers to the id, or to `space` where its digits go.
inline PackedId PackId(std::string_view id, std::array<char, kHexIdBytes>& space) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (id.size() != 2 * kHexIdBytes || id.find_first_not_of(kDigits) != std::string_view::npos) return {false, id};
  for (size_t i = 0; i < kHexIdBytes; ++i) {
    space[i] = static_cast<char>(kDigits.find(id[2 * i]) << 4 | kDigits.find(id[2 * i + 1]));
  }
  return {true, {space.data(), space.size()}};
}

// The text of an id; has its own digits, or refers to the packed bytes.
class ExampleId {
 public:
  explicit ExampleId(const PackedId& packed) : hex_(packed.hex), text_(packed.bytes) {
    if (!hex_) return;
    for (size_t i = 0; i < kHexIdBytes; ++i) {
      const auto byte = static_cast<unsigned char>(packed.bytes[i]);
      digits_[2 * i] = "0123456789abcdef"[byte >> 4];
      digits_[2 * i + 1] = "0123456789abcdef"[byte & 15];
    }
  }

  // As long as this object is there.
  operator std::string_view() const {  // NOLINT(google-explicit-constructor): it is a text
    return hex_ ? std::string_view(digits_.data(), digits_.size()) : text_;
  }

  friend bool operator==(const ExampleId& a, const ExampleId& b) { return std::string_view(a) == std::string_view(b); }
  friend bool operator==(const ExampleId& a, std::string_view b) { return std::string_view(a) == b; }
  friend bool operator<(const ExampleId& a, const ExampleId& b) { return std::string_view(a) < std::string_view(b); }
  friend bool operator<(const ExampleId& a, std::string_view b) { return std::string_view(a) < b; }

 private:
  bool hex_;
  std::string_view text_;
  std::array<char, 2 * kHexIdBytes> digits_;  // if it is hex
};

}  // namespace attune

#endif  // ATTUNE_DATASET_PACKED_ID_H_

#include "ask/interaction_ids.h"

namespace attune {
namespace {

void PutHex(std::string& text, size_t at, size_t digits, uint64_t value) {
  for (size_t i = 0; i < digits; ++i) {
    text[at + digits - 1 - i] = "0123456789abcdef"[value & 15];
    value >>= 4;
  }
}

}  // namespace

std::string InteractionIds::Next(absl::Time now) {
  std::string id(24, '0');
  PutHex(id, 0, 14, static_cast<uint64_t>(absl::ToUnixMicros(now)));
  PutHex(id, 14, 4, salt_);
  PutHex(id, 18, 6, counter_.fetch_add(1, std::memory_order_relaxed));
  return id;
}

}  // namespace attune

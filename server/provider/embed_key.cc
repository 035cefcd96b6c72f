#include "provider/embed_key.h"

#include "absl/strings/escaping.h"
#include "base/hash.h"

namespace attune {

std::string EmbedKey(std::string_view model, int32_t dimensions, std::string_view text) {
  // Neither a model's name nor a number has a zero byte, so that no two triples look alike.
  const std::string_view zero("\0", 1);
  return absl::HexStringToBytes(HashHex(StrCat(model, zero, dimensions, zero, text)));
}

}  // namespace attune

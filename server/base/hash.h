// Stable hashes: the same bytes give the same number on every machine and in every release, so they may be stored and
// may decide canary traffic. XXH3 (https://github.com/Cyan4973/xxHash); not for secrets.
#ifndef ATTUNE_BASE_HASH_H_
#define ATTUNE_BASE_HASH_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace attune {

uint64_t Hash64(std::string_view bytes, uint64_t seed = 0);

// 32 lower-case hex digits of the 128-bit hash: ids made from content, fingerprints of requests.
std::string HashHex(std::string_view bytes);

}  // namespace attune

#endif  // ATTUNE_BASE_HASH_H_

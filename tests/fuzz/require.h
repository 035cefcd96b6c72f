// What the fuzzers hold a room to.
#ifndef ATTUNE_TESTS_FUZZ_REQUIRE_H_
#define ATTUNE_TESTS_FUZZ_REQUIRE_H_

#include <utf8proc.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {

// An abort is what libFuzzer reports, with the input that led to it.
inline void Require(bool condition) {
  if (!condition) std::abort();
}

inline void RequireUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t character = 0;
    const auto size = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &character);
    Require(size > 0);
    at += static_cast<size_t>(size);
  }
}

// The ErrorInfo is left out, because the order of its map differs from one to the next; the message says the same.
inline void RequireSameVerdict(const absl::Status& a, const absl::Status& b) {
  Require(a.code() == b.code() && a.message() == b.message());
  Require(a.GetPayload(AbslView(kBadRequestUrl)) == b.GetPayload(AbslView(kBadRequestUrl)));
}

}  // namespace attune

#endif  // ATTUNE_TESTS_FUZZ_REQUIRE_H_

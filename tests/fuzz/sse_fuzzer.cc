// The event parser: any bytes, whole and in pieces, give the same events and the same verdict. The first byte chooses
// the size of the pieces.
#include <string>
#include <vector>

#include "http/sse_parser.h"
#include "tests/fuzz/require.h"

namespace attune {
namespace {

// Small, so that the fuzzer reaches it.
constexpr size_t kMaxEventBytes = 1024;

struct Parsed {
  std::string events;
  bool ok = true;
};

Parsed Parse(std::string_view stream, size_t piece_bytes) {
  Parsed parsed;
  SseParser parser(kMaxEventBytes);
  while (parsed.ok && !stream.empty()) {
    const std::string_view piece = stream.substr(0, piece_bytes);
    const std::vector<char> own(piece.begin(), piece.end());  // a view that outlives it is seen by the sanitizer
    const absl::Status status = parser.Feed({own.data(), own.size()}, [&](const SseEvent& event) {
      parsed.events.append(event.type).append("\x1f").append(event.data).append("\x1f").append(event.id).append("\x1e");
      return absl::OkStatus();
    });
    parsed.ok = status.ok();
    stream.remove_prefix(piece.size());
  }
  return parsed;
}

}  // namespace
}  // namespace attune

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const attune::Parsed whole = attune::Parse(stream, std::string_view::npos);
  const attune::Parsed pieces = attune::Parse(stream, data[0] % 32 + 1);
  attune::Require(whole.events == pieces.events && whole.ok == pieces.ok);
  return 0;
}

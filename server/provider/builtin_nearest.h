// builtin/nearest: the embedded default model. It reads only the messages it is sent, finds the earlier user turn most
// like the last one and returns the assistant turn that followed it. Deterministic, no key, no network.
#ifndef ATTUNE_PROVIDER_BUILTIN_NEAREST_H_
#define ATTUNE_PROVIDER_BUILTIN_NEAREST_H_

#include <string_view>

#include "provider/provider.h"

namespace attune {

inline constexpr std::string_view kBuiltinName = "builtin";
inline constexpr std::string_view kNearestModel = "nearest";
// The answer when no earlier turn is like the question.
inline constexpr std::string_view kDoNotKnow = "I do not know.";

class BuiltinNearest final : public Provider {
 public:
  // Streams word by word. Obeys max_tokens (a token is four bytes here) and stop; the other parameters mean nothing to
  // it. Usage is an estimate by the same measure. Errors: NOT_FOUND (MODEL_NOT_FOUND) for a model other than "nearest",
  // INVALID_ARGUMENT (NO_USER_MESSAGE), and the sink's own.
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_BUILTIN_NEAREST_H_

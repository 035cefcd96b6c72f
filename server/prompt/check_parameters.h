// Ranges of the parameters of a model call.
#ifndef ATTUNE_PROMPT_CHECK_PARAMETERS_H_
#define ATTUNE_PROMPT_CHECK_PARAMETERS_H_

#include <string_view>

#include "absl/status/status.h"
#include "base/message.h"

namespace attune {

inline constexpr size_t kMaxStopTexts = 4;
inline constexpr size_t kMaxStopBytes = 1024;  // each
inline constexpr size_t kMaxModelBytes = 256;

// `prefix` is the path of the message in the request ("overrides"). INVALID_ARGUMENT (BAD_PARAMETER).
absl::Status CheckParameters(const Parameters& parameters, std::string_view prefix);

}  // namespace attune

#endif  // ATTUNE_PROMPT_CHECK_PARAMETERS_H_

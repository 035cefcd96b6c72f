// The exit codes of `attune`, for scripts and CI. --help lists them.
#ifndef ATTUNE_CLIENT_CLI_EXIT_CODES_H_
#define ATTUNE_CLIENT_CLI_EXIT_CODES_H_

#include "absl/status/status.h"

namespace attune {

inline constexpr int kExitDone = 0;
inline constexpr int kExitBelowThreshold = 1;  // `eval`: a candidate is below --fail-under
inline constexpr int kExitBadUsage = 2;        // an unknown flag, a bad value, a file that is missing or has errors
inline constexpr int kExitNoAnswer = 3;        // unreachable, overloaded or out of time: may succeed later
inline constexpr int kExitRefused = 4;         // no such name, another version than expected, a provider's error ...

inline constexpr char kExitCodesHelp[] =
    "Exit codes:\n"
    "  0  done\n"
    "  1  eval: a candidate is below --fail-under\n"
    "  2  bad usage: an unknown flag, a bad value, a file that is missing or has errors\n"
    "  3  no answer: the server cannot be reached, is overloaded or out of time; may succeed later\n"
    "  4  refused: no such name, another version than expected, a provider's error";

inline int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitDone;
    case absl::StatusCode::kInvalidArgument:
      return kExitBadUsage;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return kExitNoAnswer;
    default:
      return kExitRefused;
  }
}

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_EXIT_CODES_H_

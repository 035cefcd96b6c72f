#include "ask/ask_watch.h"

#include <string>

#include "ask/outcomes.h"

namespace attune {
namespace {

void LogFailure(const AskResult& result, const absl::Status& status, Log& log) {
  const std::string reason = ReasonOf(status);
  const std::string code = absl::StatusCodeToString(status.code());
  log.Write("ask_failed", {{"reason", reason},
                           {"code", code},
                           {"model", result.model},
                           {"attempts", int64_t{result.timing.attempts}},
                           {"interaction_id", result.interaction_id},
                           {"milliseconds", absl::ToInt64Milliseconds(result.timing.total)}});
}

}  // namespace

void AskWatch::Ended(const AskResult& result, const absl::Status& status) const {
  if (stats != nullptr) stats->Add(result, status);
  if (log != nullptr && !status.ok()) LogFailure(result, status, *log);
}

}  // namespace attune

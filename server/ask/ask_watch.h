// Who is told how each Ask ended: the metrics and the log.
#ifndef ATTUNE_ASK_ASK_WATCH_H_
#define ATTUNE_ASK_ASK_WATCH_H_

#include "absl/status/status.h"
#include "ask/ask_stats.h"
#include "ask/request.h"
#include "base/log.h"

namespace attune {

// Both may be null, and must outlive all that has a copy of this. Any thread.
struct AskWatch {
  AskStats* stats = nullptr;
  Log* log = nullptr;

  // Once for each Ask. A failure is one event `ask_failed` of the log: reasons, names and numbers, nothing of what was
  // asked or answered, and nothing of what a vendor says.
  void Ended(const AskResult& result, const absl::Status& status) const;
};

}  // namespace attune

#endif  // ATTUNE_ASK_ASK_WATCH_H_

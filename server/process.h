// The process itself: its signals as events of the main thread, and its limits.
#ifndef ATTUNE_PROCESS_H_
#define ATTUNE_PROCESS_H_

#include "absl/functional/function_ref.h"

namespace attune {

// Keeps SIGTERM, SIGINT and SIGHUP from ending the process, in this thread and in all that it starts later; ignores
// SIGXFSZ and SIGPIPE, whose causes come back as errors of the calls. Call first of all.
void BlockSignals();

// As many open files as the system lets the process have: each call in flight holds a socket or two.
void RaiseFileLimit();

enum class ServerSignal { kStop, kReload };

// Waits for SIGTERM or SIGINT (stop; a second one ends the process at once), or SIGHUP (reload). Calls `meanwhile`
// about every second.
ServerSignal WaitForSignal(absl::FunctionRef<void()> meanwhile);

}  // namespace attune

#endif  // ATTUNE_PROCESS_H_

// SIGTERM and SIGINT as something to wait for.
#ifndef ATTUNE_SIGNALS_H_
#define ATTUNE_SIGNALS_H_

namespace attune {

// Blocks both signals for this thread and all threads that it starts afterwards: call first in main.
void BlockStopSignals();

// Waits for one of them; returns its number.
int WaitForStopSignal();

}  // namespace attune

#endif  // ATTUNE_SIGNALS_H_

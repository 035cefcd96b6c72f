// SIGTERM and SIGINT as something to wait for.
#ifndef ATTUNE_SIGNALS_H_
#define ATTUNE_SIGNALS_H_

namespace attune {

// Blocks both signals for this thread and all threads that it starts afterwards: call first in main. A file that
// reaches the process's size limit (SIGXFSZ) becomes an error of the write, as a full disk is; so does a TLS connection
// or a pipe whose other end has gone (SIGPIPE).
void BlockStopSignals();

// Waits for one of them; returns its number. A second one ends the process at once.
int WaitForStopSignal();

}  // namespace attune

#endif  // ATTUNE_SIGNALS_H_

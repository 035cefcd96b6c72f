#include "process.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <cerrno>

namespace attune {
namespace {

sigset_t ServerSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void BlockSignals() {
  const sigset_t set = ServerSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

void RaiseFileLimit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

ServerSignal WaitForSignal(absl::FunctionRef<void()> meanwhile) {
  const sigset_t set = ServerSignals();
  constexpr timespec kSecond = {.tv_sec = 1, .tv_nsec = 0};
  int signal = -1;
  while (signal < 0) {
    signal = sigtimedwait(&set, nullptr, &kSecond);
    if (signal < 0 && errno == EAGAIN) meanwhile();
  }
  if (signal == SIGHUP) return ServerSignal::kReload;
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);  // a second one ends the process at once
  return ServerSignal::kStop;
}

}  // namespace attune

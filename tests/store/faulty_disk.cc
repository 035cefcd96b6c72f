#include "tests/store/faulty_disk.h"

#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>

namespace attune {
namespace {

constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

// System calls have no object to hang their state on.
struct State {
  std::atomic<int64_t> writes_left = kForever;
  std::atomic<int> write_error = 0;
  std::atomic<int> sync_error = 0;
  std::atomic<int64_t> syncs = 0;
  std::atomic<int64_t> failures = 0;
};
State state;

bool Fails(int error) {
  if (error == 0) return false;
  ++state.failures;
  errno = error;
  return true;
}

bool WriteFails() { return state.writes_left.fetch_sub(1) <= 0 && Fails(state.write_error); }

ssize_t Write(int fd, const void* data, size_t size) { return WriteFails() ? -1 : write(fd, data, size); }

ssize_t WriteAt(int fd, const void* data, size_t size, off_t offset) {
  return WriteFails() ? -1 : pwrite(fd, data, size, offset);
}

int SyncFile(int64_t number, int fd) {
  ++state.syncs;
  return Fails(state.sync_error) ? -1 : static_cast<int>(syscall(number, fd));
}

void Replace(const char* call, sqlite3_syscall_ptr function) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  vfs->xSetSystemCall(vfs, call, function);  // null: the system's own again
}

}  // namespace

FaultyDisk::FaultyDisk() {
  sqlite3_initialize();
  Heal();
  state.syncs = 0;
  state.failures = 0;
  Replace("write", reinterpret_cast<sqlite3_syscall_ptr>(Write));
  Replace("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(WriteAt));
  Replace("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(WriteAt));
}

FaultyDisk::~FaultyDisk() {
  for (const char* call : {"write", "pwrite", "pwrite64"}) Replace(call, nullptr);
  Heal();
}

void FaultyDisk::FailWritesAfter(int64_t count, int error) {
  state.write_error = error;
  state.writes_left = count;
}

void FaultyDisk::FailSyncs(int error) { state.sync_error = error; }

void FaultyDisk::Heal() {
  state.writes_left = kForever;
  state.write_error = 0;
  state.sync_error = 0;
}

int64_t FaultyDisk::syncs() const { return state.syncs; }
int64_t FaultyDisk::failures() const { return state.failures; }

}  // namespace attune

// Found before those of the C library by all of the program, SQLite among it.
extern "C" int fdatasync(int fd) { return attune::SyncFile(SYS_fdatasync, fd); }
extern "C" int fsync(int fd) { return attune::SyncFile(SYS_fsync, fd); }

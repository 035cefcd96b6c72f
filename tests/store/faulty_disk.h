// A disk that fails when a test says so, under the real SQLite: its writes through SQLite's own table of system calls,
// its syncs through fdatasync and fsync of this program.
#ifndef ATTUNE_TESTS_STORE_FAULTY_DISK_H_
#define ATTUNE_TESTS_STORE_FAULTY_DISK_H_

#include <cstdint>

namespace attune {

// Works while it lives; one at a time in a process.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // `count` more writes succeed, all later ones fail with `error` (as errno).
  void FailWritesAfter(int64_t count, int error);
  void FailSyncs(int error);
  void Heal();

  // Since it was made.
  int64_t syncs() const;
  int64_t failures() const;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_STORE_FAULTY_DISK_H_

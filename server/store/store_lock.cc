#include "store/store_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "store/sqlite_error.h"

namespace attune {
namespace {

// Others may read who holds it. A lock needs no right to write, so one that another user made can be taken as well.
int OpenLockFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
  if (fd >= 0 || (errno != EACCES && errno != EROFS && errno != EPERM)) return fd;
  const int error = errno;
  const int read_only = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (read_only < 0) errno = error;  // why it cannot be made, not that it is not there
  return read_only;
}

// Empty if the file is; nullopt if it holds anything but a pid.
std::optional<std::string> ReadPid(int fd) {
  char text[20];
  const ssize_t size = pread(fd, text, sizeof text, 0);
  std::string pid(text, static_cast<size_t>(std::max<ssize_t>(size, 0)));
  absl::StripTrailingAsciiWhitespace(&pid);
  if (!std::all_of(pid.begin(), pid.end(), absl::ascii_isdigit)) return std::nullopt;
  return pid;
}

// Only for people: the lock holds without it, as on a full disk or by a user who may only read. "<path>.lock" may be
// another program's file: what is no pid is left as it is.
void WritePid(int fd, const std::string& pid) {
  if (!ReadPid(fd).has_value()) return;
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) errno = 0;
}

absl::Status InUse(const std::string& path, const std::string& pid) {
  Error error(absl::StatusCode::kFailedPrecondition, "STORE_IN_USE");
  error
      .Message(StrCat("the store '", path, "' is in use by another attuned", pid.empty() ? "" : " with process id ",
                      pid, "; stop that one or use another file"))
      .With("path", path);
  if (!pid.empty()) error.With("pid", pid);
  return error;
}

}  // namespace

absl::StatusOr<StoreLock> StoreLock::Acquire(const std::string& path) {
  const std::string lock_path = path + ".lock";
  const auto unavailable = [&](std::string_view advice) {
    return StoreUnavailable(path, StrCat("'", lock_path, "': ", std::generic_category().message(errno)), advice);
  };
  const int fd = OpenLockFile(lock_path);
  if (fd < 0) return unavailable("check that its directory exists and who may write there");
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    absl::Status status = errno == EWOULDBLOCK ? InUse(path, ReadPid(fd).value_or(""))
                                               : unavailable("put the store on a file system with locks");
    close(fd);
    return status;
  }
  WritePid(fd, StrCat(getpid(), "\n"));
  return StoreLock(fd);
}

StoreLock::~StoreLock() { Release(); }

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
  std::swap(fd_, other.fd_);  // `other` lets go of what this one held
  return *this;
}

void StoreLock::Release() {
  if (fd_ < 0) return;
  WritePid(fd_, "");
  close(fd_);
  fd_ = -1;
}

}  // namespace attune

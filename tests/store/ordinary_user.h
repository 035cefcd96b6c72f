// Tests run as root in some places, and root may write every file.
#ifndef ATTUNE_TESTS_STORE_ORDINARY_USER_H_
#define ATTUNE_TESTS_STORE_ORDINARY_USER_H_

#include <unistd.h>

namespace attune {

// While it lives, the process acts as a user whom the rights of files bind.
class OrdinaryUser {
 public:
  OrdinaryUser() : was_(geteuid()), bound_(was_ != 0 || seteuid(kNobody) == 0) {}
  ~OrdinaryUser() {
    if (geteuid() != was_ && seteuid(was_) != 0) _exit(1);  // what follows would run with the wrong rights
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

  // False: the system does not let the process change its user.
  bool bound() const { return bound_; }

 private:
  static constexpr uid_t kNobody = 65534;
  const uid_t was_;
  const bool bound_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_STORE_ORDINARY_USER_H_

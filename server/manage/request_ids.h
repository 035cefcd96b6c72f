// The answers to the latest writes that had a request id, so that a retry gets the first answer. Rebuilt by the replay.
// Not thread-safe.
#ifndef ATTUNE_MANAGE_REQUEST_IDS_H_
#define ATTUNE_MANAGE_REQUEST_IDS_H_

#include <deque>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/names.h"

namespace attune {

inline constexpr size_t kRememberedRequests = 100'000;  // writes

// TOO_LARGE if the id is longer than kMaxRequestIdBytes.
absl::Status CheckRequestId(std::string_view request_id);

class RequestIds {
 public:
  // The first answer to this id; nullptr if it is not known. INVALID_ARGUMENT (REQUEST_ID_REUSED) if the id is known
  // with another fingerprint. The pointer is good until the next call of Remember or Forget.
  absl::StatusOr<const std::string*> Find(const std::string& request_id, std::string_view fingerprint) const;

  // Forgets the oldest when there are more than kRememberedRequests.
  void Remember(const std::string& request_id, std::string fingerprint, std::string answer);
  // For a write that was remembered in a batch whose commit then failed.
  void Forget(const std::string& request_id);

 private:
  struct Entry {
    std::string fingerprint;
    std::string answer;
  };
  absl::flat_hash_map<std::string, Entry> entries_;
  std::deque<std::string> order_;
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_REQUEST_IDS_H_

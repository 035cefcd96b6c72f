#include "manage/request_ids.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {

absl::Status CheckRequestId(std::string_view request_id) {
  if (request_id.size() <= kMaxRequestIdBytes) return absl::OkStatus();
  return BadField("TOO_LARGE", "request_id",
                  StrCat("has ", request_id.size(), " bytes; the limit is ", kMaxRequestIdBytes));
}

absl::StatusOr<const std::string*> RequestIds::Find(const std::string& request_id, std::string_view fingerprint) const {
  const auto found = entries_.find(request_id);
  if (found == entries_.end()) return nullptr;
  if (found->second.fingerprint != fingerprint) {
    return BadField("REQUEST_ID_REUSED", "request_id",
                    StrCat("'", request_id, "' was used for another request; take a new id for a new request"));
  }
  return &found->second.answer;
}

void RequestIds::Remember(const std::string& request_id, std::string fingerprint, std::string answer) {
  const auto [entry, added] = entries_.insert_or_assign(request_id, Entry{std::move(fingerprint), std::move(answer)});
  if (added) order_.push_back(request_id);
  if (order_.size() > kRememberedRequests) {
    entries_.erase(order_.front());
    order_.pop_front();
  }
}

void RequestIds::Forget(const std::string& request_id) {
  if (entries_.erase(request_id) == 0) return;
  // It was among the last to be remembered: search from the end.
  const auto found = std::find(order_.rbegin(), order_.rend(), request_id);
  if (found != order_.rend()) order_.erase(std::next(found).base());
}

}  // namespace attune

// Ids of interactions: 24 hex digits that sort by time of creation.
#ifndef ATTUNE_ASK_INTERACTION_IDS_H_
#define ATTUNE_ASK_INTERACTION_IDS_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace attune {

// Thread-safe. Two servers that write to one store need different salts.
class InteractionIds {
 public:
  explicit InteractionIds(uint16_t salt) : salt_(salt) {}

  // 14 digits of microseconds since the Unix epoch, 4 of the salt, 6 of a counter.
  std::string Next(absl::Time now);

 private:
  const uint16_t salt_;
  std::atomic<uint32_t> counter_{0};
};

}  // namespace attune

#endif  // ATTUNE_ASK_INTERACTION_IDS_H_

#include "ask/recorder.h"

#include <google/protobuf/arena.h>

#include <array>
#include <cstddef>

#include "ask/convert.h"

namespace attune {
namespace {

// Enough for the parts of most interactions; texts are kept apart.
constexpr size_t kFirstBytes = 3072;

// Bytes at once, and not a message for the log's thread to write: they are smaller, and what waits for the log would be
// out of the cache by then, and push other things out of it.
InteractionRecord MakeRecord(const AskRequest& request, const AskResult& result, const absl::Status& status,
                             absl::Time time) {
  alignas(std::max_align_t) std::array<char, kFirstBytes> first;
  google::protobuf::Arena arena(first.data(), first.size());
  v1::Interaction& proto = *google::protobuf::Arena::CreateMessage<v1::Interaction>(&arena);
  InteractionToProto(request, result, status, time, proto);
  return {.id = result.interaction_id,
          .time_us = absl::ToUnixMicros(time),
          .prompt = result.provenance.prompt,
          .status_code = proto.status_code(),
          .payload = proto.SerializeAsString()};
}

}  // namespace

void Recorder::Record(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time) {
  // The queue counts what it cannot take; there is nothing to do about it here.
  queue_.Push(MakeRecord(request, result, status, time));
}

}  // namespace attune

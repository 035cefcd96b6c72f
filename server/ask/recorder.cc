#include "ask/recorder.h"

#include <google/protobuf/arena.h>

#include <array>
#include <cstddef>
#include <memory>

#include "ask/convert.h"

namespace attune {
namespace {

size_t TextBytes(const StringMap& map) {
  size_t bytes = 0;
  for (const auto& [key, value] : map) bytes += key.size() + value.size();
  return bytes;
}

// The interaction as a message in one piece of memory; its bytes are made when the log's thread asks for them.
class RecordedAsk final : public PendingInteraction {
 public:
  RecordedAsk(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time)
      : bytes_(UsualBytes(request, result)),
        time_us_(absl::ToUnixMicros(time)),
        arena_(first_.data(), first_.size()),
        proto_(*google::protobuf::Arena::CreateMessage<v1::Interaction>(&arena_)) {
    InteractionToProto(request, result, status, time, proto_);
  }

  size_t Bytes() const override { return bytes_; }

  InteractionRecord Build() override {
    return {.id = proto_.id(),
            .time_us = time_us_,
            .prompt = proto_.provenance().prompt(),
            .status_code = proto_.status_code(),
            .payload = proto_.SerializeAsString()};
  }

 private:
  // Enough for the parts of most; texts are kept apart.
  static constexpr size_t kFirstBytes = 1536;

  // What callers and models decide the size of, and a little for the rest.
  static size_t UsualBytes(const AskRequest& request, const AskResult& result) {
    size_t bytes = kUsualInteractionBytes + request.input.size() + result.text.size();
    for (const Message& message : request.history) bytes += message.content.size();
    return bytes + TextBytes(request.variables) + TextBytes(request.labels);
  }

  const size_t bytes_;
  const int64_t time_us_;
  alignas(std::max_align_t) std::array<char, kFirstBytes> first_;
  google::protobuf::Arena arena_;
  v1::Interaction& proto_;
};

}  // namespace

void Recorder::Record(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time) {
  // The queue counts what it cannot take; there is nothing to do about it here.
  queue_.Push(std::make_unique<RecordedAsk>(request, result, status, time));
}

}  // namespace attune

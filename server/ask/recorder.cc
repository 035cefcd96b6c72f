#include "ask/recorder.h"

#include <memory>
#include <utility>

#include "ask/convert.h"
#include "base/logprob_bytes.h"

namespace attune {
namespace {

size_t TextBytes(const StringMap& map) {
  size_t bytes = 0;
  for (const auto& [key, value] : map) bytes += key.size() + value.size();
  return bytes;
}

// Holds the plain values; the bytes are made when the log's thread asks for them.
class RecordedAsk final : public PendingInteraction {
 public:
  RecordedAsk(const AskRequest& request, const AskResult& result, absl::Status status, absl::Time time)
      : request_(request), result_(result), status_(std::move(status)), time_(time) {}

  // What callers and models decide the size of, and a little for the rest.
  size_t Bytes() const override {
    size_t bytes =
        kUsualInteractionBytes + request_.input.size() + result_.text.size() + LogprobBytes(result_.logprobs);
    for (const Message& message : request_.history) bytes += message.content.size();
    return bytes + TextBytes(request_.variables) + TextBytes(request_.labels);
  }

  InteractionRecord Build() override {
    return {.id = result_.interaction_id,
            .time_us = absl::ToUnixMicros(time_),
            .prompt = result_.provenance.prompt,
            .status_code = static_cast<int32_t>(status_.code()),
            .payload = InteractionToProto(request_, result_, status_, time_).SerializeAsString()};
  }

 private:
  const AskRequest request_;
  const AskResult result_;
  const absl::Status status_;
  const absl::Time time_;
};

}  // namespace

void Recorder::Record(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time) {
  // The queue counts what it cannot take; there is nothing to do about it here.
  queue_.Push(std::make_unique<RecordedAsk>(request, result, status, time));
}

}  // namespace attune

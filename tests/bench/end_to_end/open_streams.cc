#include "tests/bench/end_to_end/open_streams.h"

#include <grpcpp/grpcpp.h>

#include <latch>
#include <memory>
#include <mutex>
#include <vector>

#include "base/strings.h"

namespace attune::bench {
namespace {

// What the streams share.
struct Held {
  explicit Held(size_t count) : open(static_cast<std::ptrdiff_t>(count)), ended(static_cast<std::ptrdiff_t>(count)) {}

  std::latch open;  // has text, or has ended without
  std::latch ended;
  std::mutex mutex;
  absl::Status failure;  // of the first that ended without text
};

class HeldStream final : public grpc::ClientReadReactor<v1::StreamAskResponse> {
 public:
  HeldStream(Held& held, v1::AskRequest request) : held_(held), request_(std::move(request)) {}

  void Start(v1::Attune::Stub& stub) {
    stub.async()->StreamAsk(&context_, &request_, this);
    StartRead(&response_);
    StartCall();
  }
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (response_.has_text_delta() && !open_) {
      open_ = true;
      held_.open.count_down();
    }
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    if (!open_) {
      const std::lock_guard<std::mutex> lock(held_.mutex);
      held_.failure = absl::InternalError(StrCat("a stream ended without text: ", status.error_message()));
      held_.open.count_down();
    }
    held_.ended.count_down();
  }

 private:
  Held& held_;
  v1::AskRequest request_;
  grpc::ClientContext context_;
  v1::StreamAskResponse response_;
  bool open_ = false;
};

}  // namespace

absl::Status WithOpenStreams(Connections& connections, size_t count, const AskRequestOf& request_of,
                             const std::function<void()>& all_open) {
  Held held(count);
  std::vector<std::unique_ptr<HeldStream>> streams;
  for (size_t i = 0; i < count; ++i) {
    streams.push_back(std::make_unique<HeldStream>(held, request_of(i)));
    streams.back()->Start(connections.at(i));
  }
  held.open.wait();
  all_open();
  for (const auto& stream : streams) stream->Cancel();
  held.ended.wait();
  const std::lock_guard<std::mutex> lock(held.mutex);
  return held.failure;
}

}  // namespace attune::bench

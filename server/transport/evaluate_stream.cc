#include "transport/evaluate_stream.h"

#include <utility>

#include "transport/stream_call.h"

namespace attune {
namespace {

using Writer = StreamWriter<v1::EvaluateResponse>;

// Progress that waits unsent is out of date when newer progress comes.
bool ReplaceProgress(v1::EvaluateResponse& last, v1::EvaluateResponse& next) {
  if (!last.has_progress() || !next.has_progress()) return false;
  last = std::move(next);
  return true;
}

class WriterSink final : public EvaluationSink {
 public:
  explicit WriterSink(Writer& writer) : writer_(writer) {}
  absl::Status OnEvent(v1::EvaluateResponse event) override { return writer_.Push(std::move(event)); }
  size_t UnsentBytes() override { return writer_.queued_bytes(); }

 private:
  Writer& writer_;
};

}  // namespace

grpc::ServerWriteReactor<v1::EvaluateResponse>* StartEvaluateStream(grpc::CallbackServerContext* context,
                                                                    asio::io_context& io, EvaluationRunner& runner,
                                                                    const v1::EvaluateRequest& request) {
  return StartStreamCall<v1::EvaluateResponse>(
      context, io, ReplaceProgress,
      [&runner, copy = request](absl::Time deadline, Writer& writer) mutable -> asio::awaitable<absl::Status> {
        WriterSink sink(writer);
        co_return co_await runner.Run(std::move(copy), deadline, sink);
      });
}

}  // namespace attune

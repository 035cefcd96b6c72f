#include "transport/stream_ask.h"

#include <utility>

#include "ask/convert.h"
#include "base/error.h"
#include "transport/caller_trace.h"
#include "transport/stream_call.h"

namespace attune {
namespace {

using Writer = StreamWriter<v1::StreamAskResponse>;

// Text that waits unsent becomes one message: a reader slower than the model gets fewer, larger chunks.
bool MergeText(v1::StreamAskResponse& last, v1::StreamAskResponse& next) {
  if (!last.has_text_delta() || !next.has_text_delta()) return false;
  *last.mutable_text_delta() += next.text_delta();
  return true;
}

class WriterSink final : public AskSink {
 public:
  explicit WriterSink(Writer& writer) : writer_(writer) {}

  absl::Status OnStart(const AskResult& start) override {
    v1::StreamAskResponse chunk;
    ToProto(start, *chunk.mutable_start());
    return writer_.Push(std::move(chunk));
  }
  absl::Status OnText(std::string_view delta) override {
    v1::StreamAskResponse chunk;
    chunk.mutable_text_delta()->assign(delta);
    return writer_.Push(std::move(chunk));
  }

 private:
  Writer& writer_;
};

}  // namespace

grpc::ServerWriteReactor<v1::StreamAskResponse>* StartStreamAsk(grpc::CallbackServerContext* context,
                                                                asio::io_context& io, Asker& asker,
                                                                const v1::AskRequest& request) {
  // The request is copied: gRPC's own copy does not outlive the call's start for certain.
  return StartStreamCall<v1::StreamAskResponse>(
      context, io, MergeText,
      [&asker, proto = request, variant = VariantOf(*context)](absl::Time deadline,
                                                               Writer& writer) -> asio::awaitable<absl::Status> {
        ATTUNE_CO_ASSIGN_OR_RETURN(const AskRequest ask, AskRequestFromProto(proto));
        WriterSink sink(writer);
        ATTUNE_CO_ASSIGN_OR_RETURN(const AskResult result, co_await asker.Ask(ask, deadline, &sink, variant));
        v1::StreamAskResponse end;
        ToProto(result, *end.mutable_end());
        co_return writer.Push(std::move(end));
      });
}

}  // namespace attune

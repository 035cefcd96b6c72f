#include "transport/attune_service.h"

#include "ask/convert.h"
#include "base/error.h"
#include "transport/caller_trace.h"
#include "transport/evaluate_stream.h"
#include "transport/replies.h"
#include "transport/stream_ask.h"
#include "transport/unary_call.h"

namespace attune {

grpc::ServerUnaryReactor* AttuneService::Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                             v1::AskResponse* response) {
  return StartUnaryCall(
      context, io_.Next(),
      [this, request, response, variant = VariantOf(*context)](absl::Time deadline) -> asio::awaitable<absl::Status> {
        ATTUNE_CO_ASSIGN_OR_RETURN(const AskRequest ask, AskRequestFromProto(*request));
        ATTUNE_CO_ASSIGN_OR_RETURN(AskResult result, co_await asker_.Ask(ask, deadline, nullptr, variant));
        ToProto(std::move(result), *response);
        co_return absl::OkStatus();
      });
}

grpc::ServerWriteReactor<v1::StreamAskResponse>* AttuneService::StreamAsk(grpc::CallbackServerContext* context,
                                                                          const v1::AskRequest* request) {
  return StartStreamAsk(context, io_.Next(), asker_, *request);
}

grpc::ServerWriteReactor<v1::EvaluateResponse>* AttuneService::Evaluate(grpc::CallbackServerContext* context,
                                                                        const v1::EvaluateRequest* request) {
  return StartEvaluateStream(context, io_.Next(), runner_, *request);
}

grpc::ServerUnaryReactor* AttuneService::UpdateDataset(grpc::CallbackServerContext* context,
                                                       const v1::UpdateDatasetRequest* request,
                                                       v1::UpdateDatasetResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  // On a worker: checking a hundred thousand mutations takes its time.
  const absl::Status posted = workers_.Post(
      [this, request, response, reactor] { editor_.UpdateDataset(*request, ReplyTo(reactor, response)); });
  if (!posted.ok()) FinishCall(reactor, posted);
  return reactor;
}

grpc::ServerUnaryReactor* AttuneService::RecordFeedback(grpc::CallbackServerContext* context,
                                                        const v1::RecordFeedbackRequest* request,
                                                        v1::RecordFeedbackResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] { return feedback_.Record(*request); });
}

}  // namespace attune

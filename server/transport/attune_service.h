// The service attune.v1.Attune over gRPC's callback API. Each method: check, start the use case, translate.
#ifndef ATTUNE_TRANSPORT_ATTUNE_SERVICE_H_
#define ATTUNE_TRANSPORT_ATTUNE_SERVICE_H_

#include "ask/asker.h"
#include "attune/v1/attune.grpc.pb.h"
#include "base/io_pool.h"
#include "base/worker_pool.h"
#include "evaluate/runner.h"
#include "improve/feedback.h"
#include "manage/catalog_editor.h"
#include "transport/arena_messages.h"

namespace attune {

// All references must outlive the service.
class AttuneService final : public v1::Attune::CallbackService {
 public:
  AttuneService(IoPool& io, WorkerPool& workers, Asker& asker, CatalogEditor& editor, EvaluationRunner& runner,
                FeedbackBook& feedback)
      : io_(io), workers_(workers), asker_(asker), editor_(editor), runner_(runner), feedback_(feedback) {
    SetMessageAllocatorFor_Ask(&ask_messages_);
  }

  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                v1::AskResponse* response) override;
  grpc::ServerWriteReactor<v1::StreamAskResponse>* StreamAsk(grpc::CallbackServerContext* context,
                                                             const v1::AskRequest* request) override;
  grpc::ServerWriteReactor<v1::EvaluateResponse>* Evaluate(grpc::CallbackServerContext* context,
                                                           const v1::EvaluateRequest* request) override;
  grpc::ServerUnaryReactor* UpdateDataset(grpc::CallbackServerContext* context, const v1::UpdateDatasetRequest* request,
                                          v1::UpdateDatasetResponse* response) override;
  grpc::ServerUnaryReactor* RecordFeedback(grpc::CallbackServerContext* context,
                                           const v1::RecordFeedbackRequest* request,
                                           v1::RecordFeedbackResponse* response) override;

 private:
  IoPool& io_;
  WorkerPool& workers_;
  Asker& asker_;
  CatalogEditor& editor_;
  EvaluationRunner& runner_;
  FeedbackBook& feedback_;
  ArenaMessages<v1::AskRequest, v1::AskResponse> ask_messages_;
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_ATTUNE_SERVICE_H_

// The service attune.v1.Insights: recorded interactions, and the state of the server.
#ifndef ATTUNE_TRANSPORT_INSIGHTS_SERVICE_H_
#define ATTUNE_TRANSPORT_INSIGHTS_SERVICE_H_

#include "ask/asker.h"
#include "attune/v1/insights.grpc.pb.h"
#include "base/clock.h"
#include "base/worker_pool.h"
#include "improve/interactions.h"

namespace attune {

// All references must outlive the service.
class InsightsService final : public v1::Insights::CallbackService {
 public:
  InsightsService(WorkerPool& workers, Asker& asker, InteractionReader& reader, InteractionQueue& queue, Store& store,
                  const Clock& clock)
      : workers_(workers),
        asker_(asker),
        reader_(reader),
        queue_(queue),
        store_(store),
        clock_(clock),
        started_(clock.Now()) {}

  grpc::ServerUnaryReactor* GetInteraction(grpc::CallbackServerContext* context,
                                           const v1::GetInteractionRequest* request,
                                           v1::Interaction* response) override;
  grpc::ServerUnaryReactor* ListInteractions(grpc::CallbackServerContext* context,
                                             const v1::ListInteractionsRequest* request,
                                             v1::ListInteractionsResponse* response) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context, const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

 private:
  absl::StatusOr<v1::ListInteractionsResponse> List(const v1::ListInteractionsRequest& request);

  WorkerPool& workers_;
  Asker& asker_;
  InteractionReader& reader_;
  InteractionQueue& queue_;
  Store& store_;
  const Clock& clock_;
  const absl::Time started_;
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_INSIGHTS_SERVICE_H_

// The service attune.v1.Evaluations: the shelf of stored evaluations.
#ifndef ATTUNE_TRANSPORT_EVALUATIONS_SERVICE_H_
#define ATTUNE_TRANSPORT_EVALUATIONS_SERVICE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "attune/v1/evaluations.grpc.pb.h"
#include "base/worker_pool.h"
#include "evaluate/runner.h"

namespace attune {

// All references must outlive the service.
class EvaluationsService final : public v1::Evaluations::CallbackService {
 public:
  EvaluationsService(WorkerPool& workers, EvaluationRunner& runner) : workers_(workers), runner_(runner) {}

  grpc::ServerUnaryReactor* GetEvaluation(grpc::CallbackServerContext* context, const v1::GetEvaluationRequest* request,
                                          v1::GetEvaluationResponse* response) override;
  grpc::ServerUnaryReactor* ListEvaluations(grpc::CallbackServerContext* context,
                                            const v1::ListEvaluationsRequest* request,
                                            v1::ListEvaluationsResponse* response) override;
  grpc::ServerUnaryReactor* CompareEvaluations(grpc::CallbackServerContext* context,
                                               const v1::CompareEvaluationsRequest* request,
                                               v1::CompareEvaluationsResponse* response) override;
  grpc::ServerUnaryReactor* CancelEvaluation(grpc::CallbackServerContext* context,
                                             const v1::CancelEvaluationRequest* request,
                                             v1::CancelEvaluationResponse* response) override;

 private:
  absl::StatusOr<v1::GetEvaluationResponse> Get(const v1::GetEvaluationRequest& request);
  // Adds one page of results: `size` of them, or kMaxPageBytes. Returns whether there are more.
  absl::StatusOr<bool> AddResults(const std::string& id, int64_t first, int32_t size,
                                  v1::GetEvaluationResponse& response);
  absl::StatusOr<v1::ListEvaluationsResponse> List(const v1::ListEvaluationsRequest& request);

  WorkerPool& workers_;
  EvaluationRunner& runner_;
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_EVALUATIONS_SERVICE_H_

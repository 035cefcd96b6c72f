#include "transport/evaluations_service.h"

#include "base/error.h"
#include "base/strings.h"
#include "manage/catalog_reads.h"
#include "transport/page_token.h"
#include "transport/replies.h"

namespace attune {
namespace {

constexpr int32_t kDefaultResults = 100;
constexpr int32_t kResultsAtOnce = 50;  // read from the store: questions and answers may be long

}  // namespace

absl::StatusOr<v1::GetEvaluationResponse> EvaluationsService::Get(const v1::GetEvaluationRequest& request) {
  v1::GetEvaluationResponse response;
  ATTUNE_ASSIGN_OR_RETURN(*response.mutable_evaluation(), runner_.Get(request.id()));
  const std::string scope = PageScope(request);
  ATTUNE_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size(), kDefaultResults));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t first, ReadPageNumber(scope, request.page_token()));
  if (!request.include_results()) return response;
  ATTUNE_ASSIGN_OR_RETURN(const bool more, AddResults(request.id(), first, size, response));
  if (more) response.set_next_page_token(MakePageToken(scope, StrCat(first + response.results_size())));
  return response;
}

absl::StatusOr<bool> EvaluationsService::AddResults(const std::string& id, int64_t first, int32_t size,
                                                    v1::GetEvaluationResponse& response) {
  size_t bytes = 0;
  while (true) {
    ATTUNE_ASSIGN_OR_RETURN(std::vector<v1::CaseResult> results,
                            runner_.Results(id, first + response.results_size(), kResultsAtOnce));
    for (v1::CaseResult& result : results) {
      if (response.results_size() == size || bytes >= kMaxPageBytes) return true;
      bytes += result.ByteSizeLong();
      *response.add_results() = std::move(result);
    }
    if (results.empty()) return false;
  }
}

absl::StatusOr<v1::ListEvaluationsResponse> EvaluationsService::List(const v1::ListEvaluationsRequest& request) {
  const std::string scope = PageScope(request);
  ATTUNE_ASSIGN_OR_RETURN(const int32_t size, PageSize(request.page_size()));
  ATTUNE_ASSIGN_OR_RETURN(const std::string before, ReadPageToken(scope, request.page_token()));
  ATTUNE_ASSIGN_OR_RETURN(std::vector<v1::Evaluation> found, runner_.List(before, size + 1));
  v1::ListEvaluationsResponse response;
  if (found.size() > static_cast<size_t>(size)) {
    found.resize(size);
    response.set_next_page_token(MakePageToken(scope, found.back().id()));
  }
  for (v1::Evaluation& evaluation : found) *response.add_evaluations() = std::move(evaluation);
  return response;
}

grpc::ServerUnaryReactor* EvaluationsService::GetEvaluation(grpc::CallbackServerContext* context,
                                                            const v1::GetEvaluationRequest* request,
                                                            v1::GetEvaluationResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] { return Get(*request); });
}

grpc::ServerUnaryReactor* EvaluationsService::ListEvaluations(grpc::CallbackServerContext* context,
                                                              const v1::ListEvaluationsRequest* request,
                                                              v1::ListEvaluationsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] { return List(*request); });
}

grpc::ServerUnaryReactor* EvaluationsService::CompareEvaluations(grpc::CallbackServerContext* context,
                                                                 const v1::CompareEvaluationsRequest* request,
                                                                 v1::CompareEvaluationsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] { return runner_.Compare(*request); });
}

grpc::ServerUnaryReactor* EvaluationsService::CancelEvaluation(grpc::CallbackServerContext* context,
                                                               const v1::CancelEvaluationRequest* request,
                                                               v1::CancelEvaluationResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request]() -> absl::StatusOr<v1::CancelEvaluationResponse> {
    v1::CancelEvaluationResponse cancelled;
    ATTUNE_ASSIGN_OR_RETURN(*cancelled.mutable_evaluation(), runner_.Cancel(request->id()));
    return cancelled;
  });
}

}  // namespace attune

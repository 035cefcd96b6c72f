#include "transport/insights_service.h"

#include "ask/convert.h"
#include "base/error.h"
#include "transport/page_token.h"
#include "transport/replies.h"

namespace attune {

grpc::ServerUnaryReactor* InsightsService::GetInteraction(grpc::CallbackServerContext* context,
                                                          const v1::GetInteractionRequest* request,
                                                          v1::Interaction* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] { return reader_.Get(request->id()); });
}

absl::StatusOr<v1::ListInteractionsResponse> InsightsService::List(const v1::ListInteractionsRequest& request) {
  const std::string scope = PageScope(request);
  InteractionFilter filter;
  filter.prompt = request.prompt();
  filter.with_feedback = request.with_feedback();
  filter.failed = request.failed();
  ATTUNE_ASSIGN_OR_RETURN(filter.limit, PageSize(request.page_size()));
  ATTUNE_ASSIGN_OR_RETURN(filter.before_id, ReadPageToken(scope, request.page_token()));
  std::string next;
  ATTUNE_ASSIGN_OR_RETURN(v1::ListInteractionsResponse response, reader_.List(filter, next));
  response.set_next_page_token(MakePageToken(scope, next));
  return response;
}

grpc::ServerUnaryReactor* InsightsService::ListInteractions(grpc::CallbackServerContext* context,
                                                            const v1::ListInteractionsRequest* request,
                                                            v1::ListInteractionsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] { return List(*request); });
}

grpc::ServerUnaryReactor* InsightsService::GetStatus(grpc::CallbackServerContext* context, const v1::GetStatusRequest*,
                                                     v1::GetStatusResponse* response) {
  const CatalogPtr catalog = asker_.catalog();
  response->set_version(ATTUNE_VERSION);
  response->set_revision(catalog->revision);
  response->set_uptime_seconds(absl::ToInt64Seconds(clock_.Now() - started_));
  response->set_prompts(static_cast<int32_t>(catalog->prompts.size()));
  response->set_datasets(static_cast<int32_t>(catalog->datasets.size()));
  int64_t examples = 0;
  for (const auto& [name, history] : catalog->datasets) {
    const DatasetVersion& latest = history->dataset->Version(history->dataset->latest());
    examples += latest.train + latest.test;
  }
  response->set_examples(examples);
  const Asker::Counters asks = asker_.counters();
  response->set_asks(asks.asks);
  response->set_asks_failed(asks.failed);
  response->set_asks_in_flight(asks.in_flight);
  const InteractionQueue::Counters log = queue_.counters();
  response->set_interactions_queued(log.queued);
  response->set_interactions_dropped(log.dropped);
  for (const std::string& provider : asker_.providers()->Names()) response->add_providers(provider);
  response->set_default_model(asker_.options().default_model);
  response->set_store(store_.Describe());
  for (const std::string& dataset : asker_.vectors()->WarmingDatasets()) response->add_warming_datasets(dataset);
  for (const auto& [model, learnt] : asker_.token_ratios().All()) {
    *response->add_token_estimates() = ToProto(model, learnt);
  }
  return Answer<v1::GetStatusResponse>(context, *response, response);
}

}  // namespace attune

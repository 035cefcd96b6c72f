#include "transport/catalog_service.h"

#include <optional>

#include "ask/convert.h"
#include "base/error.h"
#include "base/on_worker.h"
#include "base/strings.h"
#include "manage/catalog_reads.h"
#include "manage/convert.h"
#include "manage/search_examples.h"
#include "transport/export_stream.h"
#include "transport/import_call.h"
#include "transport/page_token.h"
#include "transport/replies.h"
#include "transport/unary_call.h"

namespace attune {
namespace {

// Reads one page of a list: `read(page)` returns the response, or a StatusOr of it, and sets page.next.
template <typename Response, typename Request, typename Read>
absl::StatusOr<Response> ReadPage(const Request& request, Read read) {
  const std::string scope = PageScope(request);
  Page page;
  ATTUNE_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
  ATTUNE_ASSIGN_OR_RETURN(page.from, ReadPageNumber(scope, request.page_token()));
  absl::StatusOr<Response> response = read(page);
  if (response.ok() && page.next != 0) response->set_next_page_token(MakePageToken(scope, StrCat(page.next)));
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* CatalogService::PutPrompt(grpc::CallbackServerContext* context,
                                                    const v1::PutPromptRequest* request,
                                                    v1::PutPromptResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  editor_.PutPrompt(*request, ReplyTo(reactor, response));
  return reactor;
}

grpc::ServerUnaryReactor* CatalogService::GetPrompt(grpc::CallbackServerContext* context,
                                                    const v1::GetPromptRequest* request, v1::Prompt* response) {
  return Answer(context, attune::GetPrompt(*asker_.catalog(), request->prompt()), response);
}

grpc::ServerUnaryReactor* CatalogService::ListPrompts(grpc::CallbackServerContext* context,
                                                      const v1::ListPromptsRequest* request,
                                                      v1::ListPromptsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return ReadPage<v1::ListPromptsResponse>(*request,
                                             [&](Page& page) { return attune::ListPrompts(*asker_.catalog(), page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::ListPromptVersions(grpc::CallbackServerContext* context,
                                                             const v1::ListPromptVersionsRequest* request,
                                                             v1::ListPromptVersionsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return ReadPage<v1::ListPromptVersionsResponse>(
        *request, [&](Page& page) { return attune::ListPromptVersions(*asker_.catalog(), request->prompt(), page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::RenderPrompt(grpc::CallbackServerContext* context,
                                                       const v1::RenderPromptRequest* request,
                                                       v1::RenderPromptResponse* response) {
  return StartUnaryCall(context, io_.Next(), [this, request, response](absl::Time deadline) {
    return Render(request->request(), deadline, *response);
  });
}

asio::awaitable<absl::Status> CatalogService::Render(const v1::AskRequest& proto, absl::Time deadline,
                                                     v1::RenderPromptResponse& response) {
  ATTUNE_CO_ASSIGN_OR_RETURN(const AskRequest request, AskRequestFromProto(proto));
  ATTUNE_CO_ASSIGN_OR_RETURN(PreparedAsk prepared, co_await asker_.Render(request, deadline));
  for (const Message& message : prepared.prompt.messages) *response.add_messages() = ToProto(message);
  ToProto(prepared.provenance, *response.mutable_provenance());
  *response.mutable_parameters() = ToProto(prepared.parameters);
  for (const ScoredExample& shown : prepared.prompt.examples) *response.add_examples() = ToProto(shown);
  response.set_estimated_input_tokens(prepared.prompt.estimated_input_tokens);
  response.set_coverage(prepared.coverage);
  response.set_dropped_examples(prepared.prompt.dropped_examples);
  response.set_response_schema(std::move(prepared.response_schema));
  if (prepared.low_coverage.has_value()) {
    response.set_low_coverage(ToProto(prepared.low_coverage->then));
    response.set_low_coverage_text(prepared.low_coverage->text);
  }
  if (const auto learnt = asker_.LearntOf(prepared.parameters)) {
    *response.mutable_token_estimate() = ToProto(learnt->first, learnt->second);
  }
  co_return absl::OkStatus();
}

grpc::ServerUnaryReactor* CatalogService::SetAlias(grpc::CallbackServerContext* context,
                                                   const v1::SetAliasRequest* request, v1::SetAliasResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  editor_.SetAlias(*request, ReplyTo(reactor, response));
  return reactor;
}

grpc::ServerUnaryReactor* CatalogService::GetAliasHistory(grpc::CallbackServerContext* context,
                                                          const v1::GetAliasHistoryRequest* request,
                                                          v1::GetAliasHistoryResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return ReadPage<v1::GetAliasHistoryResponse>(
        *request, [&](Page& page) { return attune::GetAliasHistory(*asker_.catalog(), *request, page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::GetDataset(grpc::CallbackServerContext* context,
                                                     const v1::GetDatasetRequest* request, v1::Dataset* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return attune::GetDataset(*asker_.catalog(), *asker_.vectors(), request->dataset());
  });
}

grpc::ServerUnaryReactor* CatalogService::GetDatasetStats(grpc::CallbackServerContext* context,
                                                          const v1::GetDatasetStatsRequest* request,
                                                          v1::DatasetStats* response) {
  return AnswerOnWorker(context, workers_, response,
                        [this, request] { return stats_.Read(*asker_.catalog(), request->dataset()); });
}

grpc::ServerUnaryReactor* CatalogService::ListDatasets(grpc::CallbackServerContext* context,
                                                       const v1::ListDatasetsRequest* request,
                                                       v1::ListDatasetsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return ReadPage<v1::ListDatasetsResponse>(
        *request, [&](Page& page) { return attune::ListDatasets(*asker_.catalog(), page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::ListDatasetVersions(grpc::CallbackServerContext* context,
                                                              const v1::ListDatasetVersionsRequest* request,
                                                              v1::ListDatasetVersionsResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return ReadPage<v1::ListDatasetVersionsResponse>(
        *request, [&](Page& page) { return attune::ListDatasetVersions(*asker_.catalog(), request->dataset(), page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::ListExamples(grpc::CallbackServerContext* context,
                                                       const v1::ListExamplesRequest* request,
                                                       v1::ListExamplesResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request]() -> absl::StatusOr<v1::ListExamplesResponse> {
    ATTUNE_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFilter(request->split()));
    return ReadPage<v1::ListExamplesResponse>(
        *request, [&](Page& page) { return attune::ListExamples(*asker_.catalog(), request->dataset(), split, page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::SearchExamples(grpc::CallbackServerContext* context,
                                                         const v1::SearchExamplesRequest* request,
                                                         v1::SearchExamplesResponse* response) {
  return StartUnaryCall(context, io_.Next(), [this, request, response](absl::Time deadline) {
    return Search(*request, deadline, *response);
  });
}

asio::awaitable<absl::Status> CatalogService::Search(const v1::SearchExamplesRequest& request, absl::Time deadline,
                                                     v1::SearchExamplesResponse& response) {
  const CatalogPtr catalog = asker_.catalog();
  ATTUNE_CO_ASSIGN_OR_RETURN(const ExampleSearch search, ResolveSearch(*catalog, request));
  QuestionVectors vectors;
  std::optional<SemanticQuery> semantic;
  if (search.vectors.has_value()) {
    ATTUNE_CO_ASSIGN_OR_RETURN(vectors,
                               co_await asker_.FindVectors(*search.vectors, search.view, request.query(), deadline));
    semantic = vectors.query();
  }
  co_return co_await OnWorker(workers_, [&]() -> absl::Status {
    ATTUNE_ASSIGN_OR_RETURN(response, attune::SearchExamples(search, request, semantic ? &*semantic : nullptr));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* CatalogService::DiffDataset(grpc::CallbackServerContext* context,
                                                      const v1::DiffDatasetRequest* request,
                                                      v1::DiffDatasetResponse* response) {
  return AnswerOnWorker(context, workers_, response, [this, request] {
    return ReadPage<v1::DiffDatasetResponse>(
        *request, [&](Page& page) { return attune::DiffDataset(*asker_.catalog(), *request, page); });
  });
}

grpc::ServerUnaryReactor* CatalogService::RollbackDataset(grpc::CallbackServerContext* context,
                                                          const v1::RollbackDatasetRequest* request,
                                                          v1::UpdateDatasetResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  editor_.RollbackDataset(*request, ReplyTo(reactor, response));
  return reactor;
}

grpc::ServerReadReactor<v1::ImportDatasetRequest>* CatalogService::ImportDataset(grpc::CallbackServerContext*,
                                                                                 v1::ImportDatasetResponse* response) {
  return StartImport(workers_, editor_, import_slots_, response);
}

grpc::ServerWriteReactor<v1::ExportDatasetResponse>* CatalogService::ExportDataset(
    grpc::CallbackServerContext*, const v1::ExportDatasetRequest* request) {
  return StartExport(workers_, asker_.catalog(), *request);
}

}  // namespace attune

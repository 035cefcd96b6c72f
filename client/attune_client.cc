#include "client/attune_client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "attune/v1/attune.grpc.pb.h"
#include "attune/v1/catalog.grpc.pb.h"
#include "attune/v1/evaluations.grpc.pb.h"
#include "attune/v1/insights.grpc.pb.h"
#include "client/call.h"

namespace attune {
namespace {

// A streamed answer is one message at a time, but a report of many candidates, or a page of long examples, is large.
constexpr int kMaxResponseBytes = 64 << 20;

// The first attempt to connect may fail for no lasting reason: the server is just starting, or gRPC 1.51 looked at an
// errno that another call had left after its connect() (ENOENT, in a chroot without /sys). A second one follows soon.
constexpr int kConnectAgainMs = 100;
constexpr absl::Duration kFirstConnection = absl::Milliseconds(300);

std::shared_ptr<grpc::Channel> Connect(const std::string& server, absl::Duration timeout) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kConnectAgainMs);
  std::shared_ptr<grpc::Channel> channel =
      grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments);
  channel->WaitForConnected(absl::ToChronoTime(absl::Now() + std::min(timeout, kFirstConnection)));
  return channel;
}

}  // namespace

struct AttuneClient::Connection {
  explicit Connection(ClientOptions client_options)
      : options(std::move(client_options)),
        channel(Connect(options.server, options.timeout)),
        attune(channel),
        catalog(channel),
        evaluations(channel),
        insights(channel) {}

  // Response is named by the caller: a member's address does not tell it.
  template <typename Response, typename Stub, typename Request>
  absl::StatusOr<Response> Call(Stub& stub, UnaryMethod<Stub, Request, Response> method, const Request& request) {
    return CallUnary<Stub, Request, Response>(stub, method, request, options.server, options.timeout);
  }

  const ClientOptions options;
  const std::shared_ptr<grpc::Channel> channel;
  v1::Attune::Stub attune;
  v1::Catalog::Stub catalog;
  v1::Evaluations::Stub evaluations;
  v1::Insights::Stub insights;
};

AttuneClient::AttuneClient(ClientOptions options) : connection_(std::make_unique<Connection>(std::move(options))) {}
AttuneClient::~AttuneClient() = default;

absl::Status AttuneClient::StreamAsk(const v1::AskRequest& request, const OnEvent<v1::StreamAskResponse>& on_chunk) {
  grpc::ClientContext context;
  SetTimeout(context, connection_->options.timeout);
  const auto reader = connection_->attune.StreamAsk(&context, request);
  return ReadStream<v1::StreamAskResponse>(context, *reader, connection_->options.server, on_chunk);
}

absl::Status AttuneClient::Evaluate(const v1::EvaluateRequest& request, const OnEvent<v1::EvaluateResponse>& on_event) {
  grpc::ClientContext context;
  SetTimeout(context, connection_->options.stream_timeout);
  const auto reader = connection_->attune.Evaluate(&context, request);
  return ReadStream<v1::EvaluateResponse>(context, *reader, connection_->options.server, on_event);
}

absl::StatusOr<v1::ImportDatasetResponse> AttuneClient::ImportDataset(const v1::ImportOptions& options,
                                                                      const NextBytes& next) {
  grpc::ClientContext context;
  SetTimeout(context, connection_->options.stream_timeout);
  v1::ImportDatasetResponse response;
  const auto writer = connection_->catalog.ImportDataset(&context, &response);
  v1::ImportDatasetRequest part;
  *part.mutable_options() = options;
  bool open = writer->Write(part);  // false: the server has refused already, and Finish says why
  absl::Status failure;
  while (open) {
    absl::StatusOr<std::string> bytes = next();
    if (!bytes.ok()) {
      failure = bytes.status();
      context.TryCancel();
      break;
    }
    if (bytes->empty()) break;
    part.set_data(*std::move(bytes));
    open = writer->Write(part);
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!failure.ok()) return failure;
  if (!status.ok()) return FromGrpcStatus(status, connection_->options.server);
  return response;
}

absl::Status AttuneClient::ExportDataset(const v1::ExportDatasetRequest& request, const OnBytes& on_bytes) {
  grpc::ClientContext context;
  SetTimeout(context, connection_->options.stream_timeout);
  const auto reader = connection_->catalog.ExportDataset(&context, request);
  absl::Status failure;
  const absl::Status status = ReadStream<v1::ExportDatasetResponse>(context, *reader, connection_->options.server,
                                                                    [&](const v1::ExportDatasetResponse& response) {
                                                                      if (failure.ok())
                                                                        failure = on_bytes(response.data());
                                                                      return failure.ok();
                                                                    });
  return failure.ok() ? status : failure;
}

absl::StatusOr<v1::AskResponse> AttuneClient::Ask(const v1::AskRequest& request) {
  return connection_->Call<v1::AskResponse>(connection_->attune, &v1::Attune::Stub::Ask, request);
}
absl::StatusOr<v1::UpdateDatasetResponse> AttuneClient::UpdateDataset(const v1::UpdateDatasetRequest& request) {
  return connection_->Call<v1::UpdateDatasetResponse>(connection_->attune, &v1::Attune::Stub::UpdateDataset, request);
}
absl::StatusOr<v1::RecordFeedbackResponse> AttuneClient::RecordFeedback(const v1::RecordFeedbackRequest& request) {
  return connection_->Call<v1::RecordFeedbackResponse>(connection_->attune, &v1::Attune::Stub::RecordFeedback, request);
}
absl::StatusOr<v1::PutPromptResponse> AttuneClient::PutPrompt(const v1::PutPromptRequest& request) {
  return connection_->Call<v1::PutPromptResponse>(connection_->catalog, &v1::Catalog::Stub::PutPrompt, request);
}
absl::StatusOr<v1::Prompt> AttuneClient::GetPrompt(const v1::GetPromptRequest& request) {
  return connection_->Call<v1::Prompt>(connection_->catalog, &v1::Catalog::Stub::GetPrompt, request);
}
absl::StatusOr<v1::ListPromptsResponse> AttuneClient::ListPrompts(const v1::ListPromptsRequest& request) {
  return connection_->Call<v1::ListPromptsResponse>(connection_->catalog, &v1::Catalog::Stub::ListPrompts, request);
}
absl::StatusOr<v1::ListPromptVersionsResponse> AttuneClient::ListPromptVersions(
    const v1::ListPromptVersionsRequest& request) {
  return connection_->Call<v1::ListPromptVersionsResponse>(connection_->catalog, &v1::Catalog::Stub::ListPromptVersions,
                                                           request);
}
absl::StatusOr<v1::RenderPromptResponse> AttuneClient::RenderPrompt(const v1::RenderPromptRequest& request) {
  return connection_->Call<v1::RenderPromptResponse>(connection_->catalog, &v1::Catalog::Stub::RenderPrompt, request);
}
absl::StatusOr<v1::SetAliasResponse> AttuneClient::SetAlias(const v1::SetAliasRequest& request) {
  return connection_->Call<v1::SetAliasResponse>(connection_->catalog, &v1::Catalog::Stub::SetAlias, request);
}
absl::StatusOr<v1::GetAliasHistoryResponse> AttuneClient::GetAliasHistory(const v1::GetAliasHistoryRequest& request) {
  return connection_->Call<v1::GetAliasHistoryResponse>(connection_->catalog, &v1::Catalog::Stub::GetAliasHistory,
                                                        request);
}
absl::StatusOr<v1::Dataset> AttuneClient::GetDataset(const v1::GetDatasetRequest& request) {
  return connection_->Call<v1::Dataset>(connection_->catalog, &v1::Catalog::Stub::GetDataset, request);
}
absl::StatusOr<v1::DatasetStats> AttuneClient::GetDatasetStats(const v1::GetDatasetStatsRequest& request) {
  return connection_->Call<v1::DatasetStats>(connection_->catalog, &v1::Catalog::Stub::GetDatasetStats, request);
}
absl::StatusOr<v1::ListDatasetsResponse> AttuneClient::ListDatasets(const v1::ListDatasetsRequest& request) {
  return connection_->Call<v1::ListDatasetsResponse>(connection_->catalog, &v1::Catalog::Stub::ListDatasets, request);
}
absl::StatusOr<v1::ListDatasetVersionsResponse> AttuneClient::ListDatasetVersions(
    const v1::ListDatasetVersionsRequest& request) {
  return connection_->Call<v1::ListDatasetVersionsResponse>(connection_->catalog,
                                                            &v1::Catalog::Stub::ListDatasetVersions, request);
}
absl::StatusOr<v1::ListExamplesResponse> AttuneClient::ListExamples(const v1::ListExamplesRequest& request) {
  return connection_->Call<v1::ListExamplesResponse>(connection_->catalog, &v1::Catalog::Stub::ListExamples, request);
}
absl::StatusOr<v1::SearchExamplesResponse> AttuneClient::SearchExamples(const v1::SearchExamplesRequest& request) {
  return connection_->Call<v1::SearchExamplesResponse>(connection_->catalog, &v1::Catalog::Stub::SearchExamples,
                                                       request);
}
absl::StatusOr<v1::DiffDatasetResponse> AttuneClient::DiffDataset(const v1::DiffDatasetRequest& request) {
  return connection_->Call<v1::DiffDatasetResponse>(connection_->catalog, &v1::Catalog::Stub::DiffDataset, request);
}
absl::StatusOr<v1::UpdateDatasetResponse> AttuneClient::RollbackDataset(const v1::RollbackDatasetRequest& request) {
  return connection_->Call<v1::UpdateDatasetResponse>(connection_->catalog, &v1::Catalog::Stub::RollbackDataset,
                                                      request);
}
absl::StatusOr<v1::GetEvaluationResponse> AttuneClient::GetEvaluation(const v1::GetEvaluationRequest& request) {
  return connection_->Call<v1::GetEvaluationResponse>(connection_->evaluations, &v1::Evaluations::Stub::GetEvaluation,
                                                      request);
}
absl::StatusOr<v1::ListEvaluationsResponse> AttuneClient::ListEvaluations(const v1::ListEvaluationsRequest& request) {
  return connection_->Call<v1::ListEvaluationsResponse>(connection_->evaluations,
                                                        &v1::Evaluations::Stub::ListEvaluations, request);
}
absl::StatusOr<v1::CompareEvaluationsResponse> AttuneClient::CompareEvaluations(
    const v1::CompareEvaluationsRequest& request) {
  return connection_->Call<v1::CompareEvaluationsResponse>(connection_->evaluations,
                                                           &v1::Evaluations::Stub::CompareEvaluations, request);
}
absl::StatusOr<v1::CancelEvaluationResponse> AttuneClient::CancelEvaluation(
    const v1::CancelEvaluationRequest& request) {
  return connection_->Call<v1::CancelEvaluationResponse>(connection_->evaluations,
                                                         &v1::Evaluations::Stub::CancelEvaluation, request);
}
absl::StatusOr<v1::Interaction> AttuneClient::GetInteraction(const v1::GetInteractionRequest& request) {
  return connection_->Call<v1::Interaction>(connection_->insights, &v1::Insights::Stub::GetInteraction, request);
}
absl::StatusOr<v1::ListInteractionsResponse> AttuneClient::ListInteractions(
    const v1::ListInteractionsRequest& request) {
  return connection_->Call<v1::ListInteractionsResponse>(connection_->insights, &v1::Insights::Stub::ListInteractions,
                                                         request);
}
absl::StatusOr<v1::GetStatusResponse> AttuneClient::GetStatus(const v1::GetStatusRequest& request) {
  return connection_->Call<v1::GetStatusResponse>(connection_->insights, &v1::Insights::Stub::GetStatus, request);
}

}  // namespace attune

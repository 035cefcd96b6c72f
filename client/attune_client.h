// A small C++ client of attuned. Include this, link `attune_client`; gRPC itself stays inside.
//
//   attune::AttuneClient client({.server = "127.0.0.1:7117"});
//   attune::v1::AskRequest request;
//   request.set_input("How long is the warranty?");
//   absl::StatusOr<attune::v1::AskResponse> answer = client.Ask(request);
//   if (!answer.ok()) std::cerr << answer.status().message() << "\n";
//
// Every call blocks its thread until the answer is there or the time-out has passed. A failure carries the server's
// error details as payloads under the standard google.rpc type URLs; DetailsOf reads them. Where there is no server,
// the code is UNAVAILABLE and the reason SERVER_UNREACHABLE.
//
// Thread-safe: any number of threads may share one client, which holds one connection.
#ifndef ATTUNE_CLIENT_ATTUNE_CLIENT_H_
#define ATTUNE_CLIENT_ATTUNE_CLIENT_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "attune/v1/attune.pb.h"
#include "attune/v1/catalog.pb.h"
#include "attune/v1/evaluations.pb.h"
#include "attune/v1/insights.pb.h"

namespace attune {

inline constexpr char kServerUnreachable[] = "SERVER_UNREACHABLE";

struct ClientOptions {
  std::string server = "127.0.0.1:7117";  // host:port
  // Of one call. Evaluate, imports and exports take as long as their data: only `stream_timeout` bounds them.
  absl::Duration timeout = absl::Seconds(60);
  absl::Duration stream_timeout = absl::InfiniteDuration();
};

// What a failed call's status carries.
struct ErrorDetails {
  std::string reason;  // UPPER_SNAKE, listed with each RPC in the .proto; programs decide by this
  std::map<std::string, std::string> metadata;
  std::vector<std::pair<std::string, std::string>> fields;  // path of a bad field, what is wrong with it
  std::vector<std::pair<std::string, std::string>> quotas;  // whose limit was hit, which
  std::optional<absl::Duration> retry_after;
};
ErrorDetails DetailsOf(const absl::Status& status);

class AttuneClient {
 public:
  // False ends the stream: the call is cancelled and gives CANCELLED.
  template <typename Event>
  using OnEvent = std::function<bool(const Event&)>;
  // The next bytes of a file; nothing at its end, an error where it cannot be read.
  using NextBytes = std::function<absl::StatusOr<std::string>()>;
  using OnBytes = std::function<absl::Status(std::string_view)>;

  // Connects; waits for that no longer than 0.3 s and the time-out, the calls go on with it.
  explicit AttuneClient(ClientOptions options = {});
  ~AttuneClient();

  absl::StatusOr<v1::AskResponse> Ask(const v1::AskRequest& request);
  absl::Status StreamAsk(const v1::AskRequest& request, const OnEvent<v1::StreamAskResponse>& on_chunk);
  absl::Status Evaluate(const v1::EvaluateRequest& request, const OnEvent<v1::EvaluateResponse>& on_event);
  absl::StatusOr<v1::UpdateDatasetResponse> UpdateDataset(const v1::UpdateDatasetRequest& request);
  absl::StatusOr<v1::RecordFeedbackResponse> RecordFeedback(const v1::RecordFeedbackRequest& request);

  absl::StatusOr<v1::PutPromptResponse> PutPrompt(const v1::PutPromptRequest& request);
  absl::StatusOr<v1::Prompt> GetPrompt(const v1::GetPromptRequest& request);
  absl::StatusOr<v1::ListPromptsResponse> ListPrompts(const v1::ListPromptsRequest& request);
  absl::StatusOr<v1::ListPromptVersionsResponse> ListPromptVersions(const v1::ListPromptVersionsRequest& request);
  absl::StatusOr<v1::RenderPromptResponse> RenderPrompt(const v1::RenderPromptRequest& request);
  absl::StatusOr<v1::SetAliasResponse> SetAlias(const v1::SetAliasRequest& request);
  absl::StatusOr<v1::GetAliasHistoryResponse> GetAliasHistory(const v1::GetAliasHistoryRequest& request);

  absl::StatusOr<v1::Dataset> GetDataset(const v1::GetDatasetRequest& request);
  absl::StatusOr<v1::DatasetStats> GetDatasetStats(const v1::GetDatasetStatsRequest& request);
  absl::StatusOr<v1::ListDatasetsResponse> ListDatasets(const v1::ListDatasetsRequest& request);
  absl::StatusOr<v1::ListDatasetVersionsResponse> ListDatasetVersions(const v1::ListDatasetVersionsRequest& request);
  absl::StatusOr<v1::ListExamplesResponse> ListExamples(const v1::ListExamplesRequest& request);
  absl::StatusOr<v1::SearchExamplesResponse> SearchExamples(const v1::SearchExamplesRequest& request);
  absl::StatusOr<v1::DiffDatasetResponse> DiffDataset(const v1::DiffDatasetRequest& request);
  absl::StatusOr<v1::UpdateDatasetResponse> RollbackDataset(const v1::RollbackDatasetRequest& request);
  // An error of `next` cancels the call, imports nothing and is returned.
  absl::StatusOr<v1::ImportDatasetResponse> ImportDataset(const v1::ImportOptions& options, const NextBytes& next);
  // An error of `on_bytes` cancels the call and is returned.
  absl::Status ExportDataset(const v1::ExportDatasetRequest& request, const OnBytes& on_bytes);

  absl::StatusOr<v1::GetEvaluationResponse> GetEvaluation(const v1::GetEvaluationRequest& request);
  absl::StatusOr<v1::ListEvaluationsResponse> ListEvaluations(const v1::ListEvaluationsRequest& request);
  absl::StatusOr<v1::CompareEvaluationsResponse> CompareEvaluations(const v1::CompareEvaluationsRequest& request);
  absl::StatusOr<v1::CancelEvaluationResponse> CancelEvaluation(const v1::CancelEvaluationRequest& request);

  absl::StatusOr<v1::Interaction> GetInteraction(const v1::GetInteractionRequest& request);
  absl::StatusOr<v1::ListInteractionsResponse> ListInteractions(const v1::ListInteractionsRequest& request);
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace attune

#endif  // ATTUNE_CLIENT_ATTUNE_CLIENT_H_

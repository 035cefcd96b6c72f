// The service attune.v1.Catalog: the shelf.
#ifndef ATTUNE_TRANSPORT_CATALOG_SERVICE_H_
#define ATTUNE_TRANSPORT_CATALOG_SERVICE_H_

#include "ask/asker.h"
#include "attune/v1/catalog.grpc.pb.h"
#include "base/io_pool.h"
#include "base/worker_pool.h"
#include "manage/catalog_editor.h"
#include "manage/dataset_stats.h"
#include "manage/import_session.h"

namespace attune {

// All references must outlive the service.
class CatalogService final : public v1::Catalog::CallbackService {
 public:
  CatalogService(IoPool& io, WorkerPool& workers, Asker& asker, CatalogEditor& editor)
      : io_(io), workers_(workers), asker_(asker), editor_(editor) {}

  grpc::ServerUnaryReactor* PutPrompt(grpc::CallbackServerContext* context, const v1::PutPromptRequest* request,
                                      v1::PutPromptResponse* response) override;
  grpc::ServerUnaryReactor* GetPrompt(grpc::CallbackServerContext* context, const v1::GetPromptRequest* request,
                                      v1::Prompt* response) override;
  grpc::ServerUnaryReactor* ListPrompts(grpc::CallbackServerContext* context, const v1::ListPromptsRequest* request,
                                        v1::ListPromptsResponse* response) override;
  grpc::ServerUnaryReactor* ListPromptVersions(grpc::CallbackServerContext* context,
                                               const v1::ListPromptVersionsRequest* request,
                                               v1::ListPromptVersionsResponse* response) override;
  grpc::ServerUnaryReactor* RenderPrompt(grpc::CallbackServerContext* context, const v1::RenderPromptRequest* request,
                                         v1::RenderPromptResponse* response) override;
  grpc::ServerUnaryReactor* SetAlias(grpc::CallbackServerContext* context, const v1::SetAliasRequest* request,
                                     v1::SetAliasResponse* response) override;
  grpc::ServerUnaryReactor* GetAliasHistory(grpc::CallbackServerContext* context,
                                            const v1::GetAliasHistoryRequest* request,
                                            v1::GetAliasHistoryResponse* response) override;
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context, const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override;
  grpc::ServerUnaryReactor* GetDatasetStats(grpc::CallbackServerContext* context,
                                            const v1::GetDatasetStatsRequest* request,
                                            v1::DatasetStats* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context, const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerUnaryReactor* ListDatasetVersions(grpc::CallbackServerContext* context,
                                                const v1::ListDatasetVersionsRequest* request,
                                                v1::ListDatasetVersionsResponse* response) override;
  grpc::ServerUnaryReactor* ListExamples(grpc::CallbackServerContext* context, const v1::ListExamplesRequest* request,
                                         v1::ListExamplesResponse* response) override;
  grpc::ServerUnaryReactor* SearchExamples(grpc::CallbackServerContext* context,
                                           const v1::SearchExamplesRequest* request,
                                           v1::SearchExamplesResponse* response) override;
  grpc::ServerUnaryReactor* DiffDataset(grpc::CallbackServerContext* context, const v1::DiffDatasetRequest* request,
                                        v1::DiffDatasetResponse* response) override;
  grpc::ServerUnaryReactor* RollbackDataset(grpc::CallbackServerContext* context,
                                            const v1::RollbackDatasetRequest* request,
                                            v1::UpdateDatasetResponse* response) override;
  grpc::ServerReadReactor<v1::ImportDatasetRequest>* ImportDataset(grpc::CallbackServerContext* context,
                                                                   v1::ImportDatasetResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportDatasetResponse>* ExportDataset(grpc::CallbackServerContext* context,
                                                                     const v1::ExportDatasetRequest* request) override;

 private:
  // Fills in the response.
  asio::awaitable<absl::Status> Render(const v1::AskRequest& proto, absl::Time deadline,
                                       v1::RenderPromptResponse& response);
  asio::awaitable<absl::Status> Search(const v1::SearchExamplesRequest& request, absl::Time deadline,
                                       v1::SearchExamplesResponse& response);

  IoPool& io_;
  WorkerPool& workers_;
  Asker& asker_;
  CatalogEditor& editor_;
  ImportSlots import_slots_;
  DatasetStatsReader stats_;
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_CATALOG_SERVICE_H_

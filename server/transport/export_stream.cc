#include "transport/export_stream.h"

#include <optional>
#include <utility>

#include "transport/status.h"

namespace attune {
namespace {

// At any time either gRPC writes or a worker makes the next piece, never both.
class ExportStream final : public grpc::ServerWriteReactor<v1::ExportDatasetResponse> {
 public:
  ExportStream(WorkerPool& workers, absl::StatusOr<ExportSession> session) : workers_(workers) {
    if (!session.ok()) {
      Finish(ToGrpcStatus(session.status()));
      return;
    }
    session_.emplace(*std::move(session));
    PostNext();
  }

 private:
  void PostNext() {
    const absl::Status posted = workers_.Post([this] { SendNext(); });
    if (!posted.ok()) Finish(ToGrpcStatus(posted));
  }

  void SendNext() {
    message_.clear_data();
    if (!session_->Next(*message_.mutable_data())) {
      Finish(grpc::Status::OK);
      return;
    }
    StartWrite(&message_);
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      PostNext();
    } else {
      Finish(ToGrpcStatus(absl::CancelledError("the caller went away")));
    }
  }

  void OnDone() override { delete this; }

  WorkerPool& workers_;
  std::optional<ExportSession> session_;
  v1::ExportDatasetResponse message_;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportDatasetResponse>* StartExport(WorkerPool& workers, const CatalogPtr& catalog,
                                                                 const v1::ExportDatasetRequest& request) {
  return new ExportStream(workers, ExportSession::Start(*catalog, request));
}

}  // namespace attune

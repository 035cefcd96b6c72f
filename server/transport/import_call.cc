#include "transport/import_call.h"

#include <atomic>
#include <memory>
#include <utility>

#include "base/error.h"
#include "transport/status.h"

namespace attune {
namespace {

// Reactions only hand work to the pool; at any time either gRPC reads or a worker parses, never both.
class ImportCall final : public grpc::ServerReadReactor<v1::ImportDatasetRequest> {
 public:
  ImportCall(WorkerPool& workers, CatalogEditor& editor, ImportSlots& slots, v1::ImportDatasetResponse* response)
      : workers_(workers), editor_(editor), slots_(slots), response_(response) {
    if (absl::Status taken = slots_.Take(); !taken.ok()) {
      End(taken);
      return;
    }
    has_slot_ = true;
    StartRead(&message_);
  }

 private:
  void OnReadDone(bool more) override {
    if (more) {
      Post(&ImportCall::Take);
    } else {
      StartSendInitialMetadata();
    }
  }

  // A caller that closed the file and one that went away end the stream alike, and OnCancel may come later than that:
  // only the former can still be sent to.
  void OnSendInitialMetadataDone(bool ok) override {
    if (!ok) cancelled_ = true;
    Post(&ImportCall::Complete);
  }

  void Post(void (ImportCall::*step)()) {
    const absl::Status posted = workers_.Post([this, step] { (this->*step)(); });
    if (!posted.ok()) End(posted);
  }

  void Take() {
    if (absl::Status status = TakeMessage(); !status.ok()) {
      End(status);
      return;
    }
    StartRead(&message_);
  }

  absl::Status TakeMessage() {
    if (message_.has_options()) {
      if (session_ != nullptr) return BadField("BAD_PARAMETER", "options", "may only come once, in the first message");
      ATTUNE_ASSIGN_OR_RETURN(session_, ImportSession::Start(message_.options()));
      return absl::OkStatus();
    }
    if (session_ == nullptr) return BadField("BAD_PARAMETER", "options", "must come in the first message");
    return session_->Feed(message_.data());
  }

  void Complete() {
    if (cancelled_) {
      // The end of the stream was the caller's going away, not the end of the file.
      End(absl::CancelledError("the caller went away before the file was complete"));
      return;
    }
    if (session_ == nullptr) {
      End(BadField("BAD_PARAMETER", "options", "must come in the first message"));
      return;
    }
    session_->Finish(editor_, [this](absl::StatusOr<v1::ImportDatasetResponse> result) {
      if (!result.ok()) return End(result.status());
      *response_ = *std::move(result);
      End(absl::OkStatus());
    });
  }

  // The slot goes first: who hears of the end may begin the next import.
  void End(const absl::Status& status) {
    if (has_slot_) slots_.Release();
    Finish(ToGrpcStatus(status));
  }

  void OnCancel() override { cancelled_ = true; }

  void OnDone() override { delete this; }

  WorkerPool& workers_;
  CatalogEditor& editor_;
  ImportSlots& slots_;
  v1::ImportDatasetResponse* const response_;
  v1::ImportDatasetRequest message_;
  std::unique_ptr<ImportSession> session_;
  bool has_slot_ = false;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

grpc::ServerReadReactor<v1::ImportDatasetRequest>* StartImport(WorkerPool& workers, CatalogEditor& editor,
                                                               ImportSlots& slots,
                                                               v1::ImportDatasetResponse* response) {
  return new ImportCall(workers, editor, slots, response);
}

}  // namespace attune

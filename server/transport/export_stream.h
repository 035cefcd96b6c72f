// ExportDataset: a version of a dataset as the bytes of a file. The next piece is made when the last one is sent.
#ifndef ATTUNE_TRANSPORT_EXPORT_STREAM_H_
#define ATTUNE_TRANSPORT_EXPORT_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "attune/v1/catalog.pb.h"
#include "base/worker_pool.h"
#include "manage/export_session.h"

namespace attune {

// Never null; deletes itself.
grpc::ServerWriteReactor<v1::ExportDatasetResponse>* StartExport(WorkerPool& workers, const CatalogPtr& catalog,
                                                                 const v1::ExportDatasetRequest& request);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_EXPORT_STREAM_H_

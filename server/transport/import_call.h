// ImportDataset: the client's stream of a file. Each message is parsed on a worker before the next one is read, so a
// fast sender waits for the parser.
#ifndef ATTUNE_TRANSPORT_IMPORT_CALL_H_
#define ATTUNE_TRANSPORT_IMPORT_CALL_H_

#include <grpcpp/support/server_callback.h>

#include "attune/v1/catalog.pb.h"
#include "base/worker_pool.h"
#include "manage/catalog_editor.h"
#include "manage/import_session.h"

namespace attune {

// Never null; deletes itself.
grpc::ServerReadReactor<v1::ImportDatasetRequest>* StartImport(WorkerPool& workers, CatalogEditor& editor,
                                                               ImportSlots& slots, v1::ImportDatasetResponse* response);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_IMPORT_CALL_H_

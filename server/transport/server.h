// The gRPC server: all services, reflection and health on one port.
#ifndef ATTUNE_TRANSPORT_SERVER_H_
#define ATTUNE_TRANSPORT_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ask/asker.h"
#include "base/io_pool.h"
#include "base/worker_pool.h"
#include "evaluate/runner.h"
#include "improve/feedback.h"
#include "improve/interactions.h"
#include "manage/catalog_editor.h"

namespace attune {

// Asked for in health checks: NOT_SERVING while vectors are being read or linked, as after a start.
inline constexpr char kVectorsHealth[] = "attune.vectors";

// What the services call; everything must outlive the server.
struct ServerParts {
  IoPool& io;
  WorkerPool& workers;
  Asker& asker;
  CatalogEditor& editor;
  EvaluationRunner& runner;
  FeedbackBook& feedback;
  InteractionReader& interactions;
  InteractionQueue& interaction_queue;
  Store& store;
  const Clock& clock;
};

class Server {
 public:
  // Listens on `address` (host:port). UNAVAILABLE (CANNOT_LISTEN) if the port is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& address, ServerParts parts);
  ~Server();

  int port() const { return port_; }

  // What grpc.health.v1 says of the service kVectorsHealth; NOT_SERVING until the first call. The server as a whole
  // serves either way. Any thread.
  void SetVectorsServing(bool serving);

  // Stops accepting at once, lets running calls end within `grace`, cancels the rest and waits for them.
  void Shutdown(absl::Duration grace);

 private:
  struct Services;
  explicit Server(ServerParts parts);

  std::unique_ptr<Services> services_;
  int port_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_SERVER_H_

#include "transport/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "attune/wire/error_details.pb.h"
#include "attune/wire/health.pb.h"
#include "base/error.h"
#include "base/strings.h"
#include "transport/attune_service.h"
#include "transport/catalog_service.h"
#include "transport/evaluations_service.h"
#include "transport/insights_service.h"

namespace attune {
namespace {

constexpr int kMaxMessageBytes = 64 << 20;  // of a request; larger data goes through the streams

// Reflection serves what is linked in; nothing else refers to these two files.
void LinkStandardNames() {
  google::protobuf::LinkMessageReflection<google::rpc::ErrorInfo>();
  google::protobuf::LinkMessageReflection<grpc::health::v1::HealthCheckRequest>();
}

}  // namespace

struct Server::Services {
  explicit Services(ServerParts& parts)
      : attune(parts.io, parts.workers, parts.asker, parts.editor, parts.runner, parts.feedback),
        catalog(parts.io, parts.workers, parts.asker, parts.editor),
        evaluations(parts.workers, parts.runner),
        insights(parts.workers, parts.asker, parts.interactions, parts.interaction_queue, parts.store, parts.clock) {}

  AttuneService attune;
  CatalogService catalog;
  EvaluationsService evaluations;
  InsightsService insights;
  std::unique_ptr<grpc::Server> server;  // last: stops before the services go
};

Server::Server(ServerParts parts) : services_(std::make_unique<Services>(parts)) {}

Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& address, ServerParts parts) {
  std::unique_ptr<Server> server(new Server(parts));
  LinkStandardNames();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a second server on the port is an error, not a partner
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &server->port_);
  builder.RegisterService(&server->services_->attune);
  builder.RegisterService(&server->services_->catalog);
  builder.RegisterService(&server->services_->evaluations);
  builder.RegisterService(&server->services_->insights);
  server->services_->server = builder.BuildAndStart();
  if (server->services_->server == nullptr || server->port_ == 0) {
    return Error(absl::StatusCode::kUnavailable, "CANNOT_LISTEN")
        .Message(StrCat("cannot listen on ", address, ": is the port taken? Choose another with --listen"))
        .With("address", address);
  }
  server->SetVectorsServing(false);
  return server;
}

void Server::SetVectorsServing(bool serving) {
  services_->server->GetHealthCheckService()->SetServingStatus(kVectorsHealth, serving);
}

void Server::Shutdown(absl::Duration grace) {
  services_->server->GetHealthCheckService()->SetServingStatus(false);
  services_->server->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  services_->server->Wait();
}

}  // namespace attune

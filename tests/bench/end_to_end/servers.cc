#include "tests/bench/end_to_end/servers.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/strings.h"

namespace attune::bench {
namespace {

constexpr size_t kImportPieceBytes = 1 << 20;

absl::Status FromGrpc(std::string_view what, const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), StrCat(what, ": ", status.error_message()));
}

absl::Status CheckStarted(std::string_view name, const ChildProcess& process) {
  if (!process.address().empty()) return absl::OkStatus();
  return absl::UnavailableError(StrCat(name, " did not start: ", process.output()));
}

// A provider and a route on which everything is switched on that can stand around a call.
std::string EveryDecorator(const std::string& url) {
  return StrCat(
      "providers:\n  full: {kind: openai, base_url: \"", url,
      "\", retries: 3, max_in_flight: 1000, attempt_timeout: 30s, heed_rate_limits: true, hedge: {}}\n",
      "models:\n  full/d0: {context_tokens: 100000, defaults: {top_p: 1}, prices: {input: 1, output: 2}}\n",
      "routes:\n  full: [[{model: full/d0, weight: 2}, {model: full/d0}], builtin/nearest]\n",
      "limits:\n  all: {per: user, window: 1h, requests: 1000000000, tokens: 1000000000000, cost: 1000000 USD}\n",
      "cache: {max_mib: 64, ttl: 1h}\n");
}

std::shared_ptr<grpc::Channel> Channel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Servers>> Servers::Start(const ServerOptions& options, const Workload& workload) {
  std::unique_ptr<Servers> servers(new Servers());
  const auto program = [&options](std::string_view name) { return StrCat(options.bin_directory, "/", name); };
  servers->provider_ = std::make_unique<ChildProcess>(std::vector<std::string>{program("bench_provider")});
  ATTUNE_RETURN_IF_ERROR(CheckStarted("bench_provider", *servers->provider_));
  const std::string url = StrCat("http://", servers->provider_->address(), "/v1");
  servers->relay_ =
      std::make_unique<ChildProcess>(std::vector<std::string>{program("bench_relay"), url + "/chat/completions"});
  ATTUNE_RETURN_IF_ERROR(CheckStarted("bench_relay", *servers->relay_));
  const std::string config = servers->directory_.File("attune.yaml");
  std::ofstream(config) << EveryDecorator(url);
  servers->command_ = {program("attuned"), "--listen", "127.0.0.1:0", "--config", config, "--data"};
  servers->environment_ = {{"OPENAI_BASE_URL", url}, {"OPENAI_API_KEY", "bench"}};
  ATTUNE_ASSIGN_OR_RETURN(servers->attuned_, servers->StartAnother(servers->directory_.File("attune.db")));
  ATTUNE_RETURN_IF_ERROR(servers->Prepare(options, workload));
  return servers;
}

absl::StatusOr<std::unique_ptr<ChildProcess>> Servers::StartAnother(const std::string& data) const {
  std::vector<std::string> command = command_;
  command.push_back(data);
  auto attuned = std::make_unique<ChildProcess>(command, environment_);
  ATTUNE_RETURN_IF_ERROR(CheckStarted("attuned", *attuned));
  return attuned;
}

absl::Status Servers::Prepare(const ServerOptions& options, const Workload& workload) {
  const std::shared_ptr<grpc::Channel> channel = Channel(attuned_->address());
  attune_ = v1::Attune::NewStub(channel);
  catalog_ = v1::Catalog::NewStub(channel);
  insights_ = v1::Insights::NewStub(channel);
  if (options.examples_file.empty()) {
    grpc::ClientContext context;
    v1::UpdateDatasetResponse response;
    ATTUNE_RETURN_IF_ERROR(FromGrpc("UpdateDataset", attune_->UpdateDataset(&context, workload.Examples(), &response)));
  } else {
    ATTUNE_RETURN_IF_ERROR(Import(options.examples_file));
  }
  grpc::ClientContext context;
  v1::PutPromptResponse response;
  return FromGrpc("PutPrompt", catalog_->PutPrompt(&context, workload.Prompt(), &response));
}

absl::Status Servers::Import(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError(StrCat("cannot read ", file));
  grpc::ClientContext context;
  v1::ImportDatasetResponse response;
  const auto writer = catalog_->ImportDataset(&context, &response);
  v1::ImportDatasetRequest request;
  request.mutable_options()->set_dataset(std::string(kDatasetName));
  request.mutable_options()->set_output_as_label(true);
  while (writer->Write(request)) {
    request.mutable_data()->resize(kImportPieceBytes);
    in.read(request.mutable_data()->data(), kImportPieceBytes);
    request.mutable_data()->resize(static_cast<size_t>(in.gcount()));
    if (request.data().empty()) break;
  }
  writer->WritesDone();
  return FromGrpc("ImportDataset", writer->Finish());
}

v1::GetStatusResponse Servers::GetStatus() {
  grpc::ClientContext context;
  v1::GetStatusResponse response;
  insights_->GetStatus(&context, v1::GetStatusRequest(), &response);
  return response;
}

void Servers::AwaitInteractions() {
  while (GetStatus().interactions_queued() > 0) std::this_thread::yield();
}

int64_t Servers::DroppedInteractions() { return GetStatus().interactions_dropped(); }

}  // namespace attune::bench

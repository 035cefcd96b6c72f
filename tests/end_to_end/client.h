// Short ways for end-to-end tests to speak to a server.
#ifndef ATTUNE_TESTS_END_TO_END_CLIENT_H_
#define ATTUNE_TESTS_END_TO_END_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "attune/v1/attune.grpc.pb.h"
#include "attune/v1/catalog.grpc.pb.h"
#include "attune/v1/errors.pb.h"

namespace attune {

template <typename Service>
std::unique_ptr<typename Service::Stub> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // no connection of an earlier server
  return Service::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

// The ErrorInfo of a failed call; empty if it has none.
inline v1::ErrorInfo InfoOf(const grpc::Status& status) {
  v1::Status details;
  v1::ErrorInfo info;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    if (detail.type_url() == "type.googleapis.com/google.rpc.ErrorInfo") info.ParseFromString(detail.value());
  }
  return info;
}

inline void SetDeadline(grpc::ClientContext& context, int milliseconds) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(milliseconds));
}

// Adds or replaces one example.
inline grpc::Status Upsert(v1::Attune::Stub& stub, const std::string& dataset, const std::string& input,
                           const std::string& output, v1::UpdateDatasetResponse* response) {
  v1::UpdateDatasetRequest request;
  request.set_dataset(dataset);
  v1::Example* example = request.add_mutations()->mutable_upsert();
  example->set_input(input);
  example->set_output(output);
  grpc::ClientContext context;
  return stub.UpdateDataset(&context, request, response);
}

inline grpc::Status AskQuestion(v1::Attune::Stub& stub, const std::string& input, v1::AskResponse* response,
                                const std::string& prompt = "") {
  v1::AskRequest request;
  request.set_input(input);
  request.set_prompt(prompt);
  grpc::ClientContext context;
  return stub.Ask(&context, request, response);
}

}  // namespace attune

#endif  // ATTUNE_TESTS_END_TO_END_CLIENT_H_

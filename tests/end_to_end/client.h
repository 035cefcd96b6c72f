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

// What a question came to, asked in one of the two ways.
struct Outcome {
  grpc::Status status;
  std::string text;  // also what was streamed before a failure
  v1::FinishReason finish_reason = v1::FINISH_REASON_UNSPECIFIED;
  v1::Usage usage;
  std::string model;
  int attempts = 0;
  int deltas = 0;  // 0 unless streamed
};

inline Outcome AskWhole(v1::Attune::Stub& stub, const v1::AskRequest& request) {
  v1::AskResponse response;
  grpc::ClientContext context;
  Outcome outcome;
  outcome.status = stub.Ask(&context, request, &response);
  outcome.text = response.text();
  outcome.finish_reason = response.finish_reason();
  outcome.usage = response.usage();
  outcome.model = response.model();
  outcome.attempts = response.timing().attempts();
  return outcome;
}

inline Outcome AskStreamed(v1::Attune::Stub& stub, const v1::AskRequest& request) {
  grpc::ClientContext context;
  auto stream = stub.StreamAsk(&context, request);
  Outcome outcome;
  for (v1::StreamAskResponse chunk; stream->Read(&chunk);) {
    outcome.text += chunk.text_delta();
    if (chunk.has_text_delta()) ++outcome.deltas;
    if (!chunk.has_end()) continue;
    outcome.finish_reason = chunk.end().finish_reason();
    outcome.usage = chunk.end().usage();
    outcome.model = chunk.end().model();
    outcome.attempts = chunk.end().timing().attempts();
  }
  outcome.status = stream->Finish();
  return outcome;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_END_TO_END_CLIENT_H_

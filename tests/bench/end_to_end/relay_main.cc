// bench_relay: Ask and StreamAsk with nothing in between: gRPC's callback API, curl, simdjson. Takes the input, asks
// the provider, returns the text. Prints "serves on 127.0.0.1:PORT;" when it does. Ends with its standard input.
//
//   bench_relay http://127.0.0.1:PORT/v1/chat/completions
#include <grpcpp/grpcpp.h>
#include <simdjson.h>
#include <unistd.h>

#include <iostream>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/synchronization/mutex.h"
#include "attune/v1/attune.grpc.pb.h"
#include "base/json_writer.h"
#include "tests/bench/end_to_end/relay_http.h"

namespace attune::bench {
namespace {

std::string RequestBody(const v1::AskRequest& request, bool stream) {
  std::string body;
  body.reserve(request.input().size() + 512);
  JsonWriter json(body);
  const std::string_view model = request.overrides().model();
  json.BeginObject().Key("model").String(model.substr(model.find('/') + 1)).Key("messages").BeginArray();
  for (const auto& [name, value] : request.variables()) {
    json.BeginObject().Key("role").String("system").Key("content").String(value).EndObject();
  }
  json.BeginObject().Key("role").String("user").Key("content").String(request.input()).EndObject().EndArray();
  if (stream) json.Key("stream").Bool(true);
  json.EndObject();
  return body;
}

// choices[0].<message or delta>.content; empty if it is not there.
std::string_view ContentOf(simdjson::ondemand::parser& parser, std::string& json, std::string_view holder) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  std::string_view content;
  if (parser.iterate(json).get(document) != simdjson::SUCCESS) return {};
  if (document["choices"].at(0)[holder]["content"].get(content) != simdjson::SUCCESS) return {};
  return content;
}

class AskCall final : public grpc::ServerUnaryReactor, public Exchange {
 public:
  AskCall(RelayHttp& http, const v1::AskRequest& request, v1::AskResponse* response) : response_(response) {
    body = RequestBody(request, false);
    http.Post(this);
  }
  void OnData(std::string_view piece) override { answer_.append(piece); }
  void OnEnd(bool ok) override {
    thread_local simdjson::ondemand::parser parser;
    if (ok) response_->mutable_text()->assign(ContentOf(parser, answer_, "message"));
    Finish(ok ? grpc::Status::OK : grpc::Status(grpc::StatusCode::UNAVAILABLE, "the provider failed"));
  }
  void OnDone() override { delete this; }

 private:
  v1::AskResponse* const response_;
  std::string answer_;
};

class StreamCall final : public grpc::ServerWriteReactor<v1::StreamAskResponse>, public Exchange {
 public:
  StreamCall(RelayHttp& http, const v1::AskRequest& request) {
    body = RequestBody(request, true);
    http.Post(this);
  }

  void OnData(std::string_view piece) override {
    buffer_.append(piece);
    std::string text;
    size_t begin = 0;
    for (size_t end = 0; (end = buffer_.find("\n\n", begin)) != std::string::npos; begin = end + 2) {
      constexpr size_t kField = 6;  // of "data: "
      event_.assign(buffer_, begin + kField, end - begin - kField);
      if (event_.front() == '{') text += ContentOf(parser_, event_, "delta");
    }
    buffer_.erase(0, begin);
    const std::lock_guard<std::mutex> lock(mutex_);
    unsent_ += text;
    SendNext();
  }
  void OnEnd(bool ok) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    status_ = ok ? grpc::Status::OK : grpc::Status(grpc::StatusCode::UNAVAILABLE, "the provider failed");
    SendNext();
  }
  void OnWriteDone(bool) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing_ = false;
    SendNext();
  }
  void OnDone() override {
    mutex_.lock();  // OnEnd, which called Finish, may still hold it
    mutex_.unlock();
    delete this;
  }

 private:
  // Everything that waits goes out as one message.
  void SendNext() {
    if (writing_) return;
    if (!unsent_.empty()) {
      chunk_.mutable_text_delta()->swap(unsent_);
      unsent_.clear();
      writing_ = true;
      StartWrite(&chunk_);
    } else if (ended_) {
      Finish(status_);
    }
  }

  std::string buffer_;  // of events, from the first that is not whole
  std::string event_;
  simdjson::ondemand::parser parser_;
  std::mutex mutex_;
  std::string unsent_;
  v1::StreamAskResponse chunk_;
  bool writing_ = false;
  bool ended_ = false;
  grpc::Status status_;
};

class RelayService final : public v1::Attune::CallbackService {
 public:
  explicit RelayService(RelayHttp& http) : http_(http) {}
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext*, const v1::AskRequest* request,
                                v1::AskResponse* response) override {
    return new AskCall(http_, *request, response);
  }
  grpc::ServerWriteReactor<v1::StreamAskResponse>* StreamAsk(grpc::CallbackServerContext*,
                                                             const v1::AskRequest* request) override {
    return new StreamCall(http_, *request);
  }

 private:
  RelayHttp& http_;
};

int Main(const char* url) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  RelayHttp http(url);
  RelayService service(http);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::cout << "serves on 127.0.0.1:" << port << ";" << std::endl;
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
  server->Shutdown();
  return 0;
}

}  // namespace
}  // namespace attune::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bench_relay URL" << std::endl;
    return 2;
  }
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return attune::bench::Main(argv[1]);
}

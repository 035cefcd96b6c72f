#include "tests/bench/end_to_end/load.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <latch>
#include <mutex>

namespace attune::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Hands out the numbers of the calls and takes in what became of them.
class Progress {
 public:
  Progress(int in_flight, size_t calls) : idle_(in_flight) { result_.latencies_us.resize(calls); }

  // The number of the next call; false: there is none, and this slot is done.
  bool Next(size_t& call) {
    call = next_.fetch_add(1, std::memory_order_relaxed);
    return call < result_.latencies_us.size();
  }
  void SlotDone() { idle_.count_down(); }

  void Ended(size_t call, Clock::duration latency, const grpc::Status& status, int64_t chunks = 0) {
    result_.latencies_us[call] = std::chrono::duration<double, std::micro>(latency).count();
    if (status.ok() && chunks == 0) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    result_.chunks += chunks;
    if (status.ok()) return;
    if (result_.failed++ == 0) result_.first_error = status.error_message();
  }

  LoadResult Wait() {
    idle_.wait();
    result_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    return std::move(result_);
  }

 private:
  const Clock::time_point began_ = Clock::now();
  std::latch idle_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  LoadResult result_;
};

// One call after the other; start(context, request, response, done) starts one.
template <typename Request, typename Response, typename RequestOf, typename Start>
class UnarySlot {
 public:
  UnarySlot(Progress& progress, const RequestOf& request_of, Start start)
      : progress_(progress), request_of_(request_of), start_(start) {}

  void Run() {
    size_t call = 0;
    if (!progress_.Next(call)) return progress_.SlotDone();
    context_ = std::make_unique<grpc::ClientContext>();
    request_ = request_of_(call);
    const Clock::time_point began = Clock::now();
    start_(call, context_.get(), &request_, &response_, [this, call, began](const grpc::Status& status) {
      progress_.Ended(call, Clock::now() - began, status);
      Run();
    });
  }

 private:
  Progress& progress_;
  const RequestOf& request_of_;
  const Start start_;
  std::unique_ptr<grpc::ClientContext> context_;
  Request request_;
  Response response_;
};

template <typename Request, typename Response, typename RequestOf, typename Start>
LoadResult RunUnary(int in_flight, size_t calls, const RequestOf& request_of, Start start) {
  using Slot = UnarySlot<Request, Response, RequestOf, Start>;
  Progress progress(in_flight, calls);
  std::vector<std::unique_ptr<Slot>> slots;
  for (int i = 0; i < in_flight; ++i) slots.push_back(std::make_unique<Slot>(progress, request_of, start));
  for (const auto& slot : slots) slot->Run();
  return progress.Wait();
}

// One stream; starts its successor when it is over.
class Stream final : public grpc::ClientReadReactor<v1::StreamAskResponse> {
 public:
  static void StartNext(Connections& connections, Progress& progress, const AskRequestOf& request_of) {
    size_t call = 0;
    if (!progress.Next(call)) return progress.SlotDone();
    (new Stream(connections, progress, request_of, call))->Start();
  }

 private:
  Stream(Connections& connections, Progress& progress, const AskRequestOf& request_of, size_t call)
      : connections_(connections), progress_(progress), request_of_(request_of), call_(call) {}

  void Start() {
    request_ = request_of_(call_);
    began_ = Clock::now();
    connections_.at(call_).async()->StreamAsk(&context_, &request_, this);
    StartRead(&response_);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (response_.has_text_delta() && chunks_++ == 0) to_first_text_ = Clock::now() - began_;
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    progress_.Ended(call_, to_first_text_, status, chunks_);
    StartNext(connections_, progress_, request_of_);
    delete this;
  }

  Connections& connections_;
  Progress& progress_;
  const AskRequestOf& request_of_;
  const size_t call_;
  grpc::ClientContext context_;
  v1::AskRequest request_;
  v1::StreamAskResponse response_;
  Clock::time_point began_;
  Clock::duration to_first_text_{0};
  int64_t chunks_ = 0;
};

}  // namespace

Connections::Connections(const std::string& address, int count) {
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection for each
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetMaxReceiveMessageSize(-1);
    stubs_.push_back(
        v1::Attune::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments)));
  }
}

double LoadResult::Quantile(double share) const {
  if (latencies_us.empty()) return 0;
  std::vector<double> sorted = latencies_us;
  const auto rank = static_cast<ptrdiff_t>(std::ceil(share * static_cast<double>(sorted.size()))) - 1;
  const auto at = sorted.begin() + std::clamp<ptrdiff_t>(rank, 0, static_cast<ptrdiff_t>(sorted.size()) - 1);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

LoadResult RunAsks(Connections& connections, int in_flight, size_t calls, const AskRequestOf& request_of) {
  return RunUnary<v1::AskRequest, v1::AskResponse>(
      in_flight, calls, request_of,
      [&connections](size_t call, grpc::ClientContext* context, const v1::AskRequest* request,
                     v1::AskResponse* response, std::function<void(grpc::Status)> done) {
        connections.at(call).async()->Ask(context, request, response, std::move(done));
      });
}

LoadResult RunUpdates(Connections& connections, int in_flight, size_t calls, const UpdateRequestOf& request_of) {
  return RunUnary<v1::UpdateDatasetRequest, v1::UpdateDatasetResponse>(
      in_flight, calls, request_of,
      [&connections](size_t call, grpc::ClientContext* context, const v1::UpdateDatasetRequest* request,
                     v1::UpdateDatasetResponse* response, std::function<void(grpc::Status)> done) {
        connections.at(call).async()->UpdateDataset(context, request, response, std::move(done));
      });
}

LoadResult RunStreams(Connections& connections, int in_flight, size_t calls, const AskRequestOf& request_of) {
  Progress progress(in_flight, calls);
  for (int i = 0; i < in_flight; ++i) Stream::StartNext(connections, progress, request_of);
  return progress.Wait();
}

}  // namespace attune::bench

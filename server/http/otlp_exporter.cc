#include "http/otlp_exporter.h"

#include <algorithm>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/strings.h"
#include "http/otlp_json.h"

namespace attune {
namespace {

constexpr size_t kMaxFailureBytes = 300;

std::string TracesUrl(std::string_view endpoint) {
  while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  return StrCat(endpoint, "/v1/traces");
}

// Of the answer only its head matters.
class HeadSink final : public BodySink {
 public:
  absl::Status OnHead(const HttpHead& head) override {
    status = head.status;
    int64_t seconds = 0;
    if (absl::SimpleAtoi(AbslView(head.Header("retry-after")), &seconds)) retry_after = absl::Seconds(seconds);
    return absl::OkStatus();
  }
  absl::Status OnData(std::string_view /*piece*/) override { return absl::OkStatus(); }

  int status = 0;  // 0: none came
  absl::Duration retry_after;
};

// By the specification of OTLP.
bool MayPass(int http_status) {
  return http_status == 429 || http_status == 502 || http_status == 503 || http_status == 504;
}

bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status);
}

}  // namespace

OtlpExporter::OtlpExporter(OtlpOptions options, HttpClient& http, asio::io_context& io)
    : options_(std::move(options)),
      url_(TracesUrl(options_.endpoint)),
      http_(http),
      io_(io),
      cancel_(std::make_shared<asio::cancellation_signal>()) {
  asio::co_spawn(io_, Run(),
                 asio::bind_cancellation_slot(cancel_->slot(), [this, cancel = cancel_](const std::exception_ptr&) {
                   MutexLock lock(mutex_);
                   ended_ = true;
                   ended_changed_.NotifyAll();
                 }));
}

OtlpExporter::~OtlpExporter() { Shutdown(absl::ZeroDuration()); }

void OtlpExporter::Wake() {
  if (waiter_ != nullptr) WaitList::Wake(std::exchange(waiter_, nullptr));
}

void OtlpExporter::Take(Span span) {
  MutexLock lock(mutex_);
  if (stopping_ || spans_.size() >= options_.max_queued) {
    ++counters_.dropped;
    return;
  }
  spans_.push_back(std::move(span));
  if (spans_.size() >= waits_for_) Wake();
}

void OtlpExporter::Shutdown(absl::Duration timeout) {
  using SteadyClock = std::chrono::steady_clock;
  const SteadyClock::time_point start = SteadyClock::now();
  MutexLock lock(mutex_);
  stopping_ = true;
  Wake();
  for (absl::Duration left = timeout; !ended_ && left > absl::ZeroDuration();) {
    ended_changed_.WaitFor(lock, left);
    left = timeout - absl::FromChrono(SteadyClock::now() - start);
  }
  if (!ended_) {
    given_up_ = true;
    asio::post(io_, [cancel = cancel_] { cancel->emit(asio::cancellation_type::all); });
  }
  while (!ended_) ended_changed_.Wait(lock);  // not long: a cancelled exchange ends at once
  counters_.dropped += static_cast<int64_t>(spans_.size());
  spans_.clear();
}

OtlpExporter::Counters OtlpExporter::counters() const {
  MutexLock lock(mutex_);
  Counters now = counters_;
  now.queued = static_cast<int64_t>(spans_.size() + in_flight_);
  return now;
}

std::string OtlpExporter::last_failure() const {
  MutexLock lock(mutex_);
  return last_failure_;
}

asio::awaitable<void> OtlpExporter::Run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!HasEnded()) {
    co_await Wait(absl::InfiniteDuration(), 1);
    co_await Wait(options_.linger, options_.max_batch);
    const std::vector<Span> batch = TakeBatch();
    if (batch.empty()) continue;
    const bool sent = co_await Deliver(OtlpJson(batch, options_.service_version));
    Finish(batch.size(), sent);
  }
}

bool OtlpExporter::HasEnded() const {
  MutexLock lock(mutex_);
  return given_up_ || (stopping_ && spans_.empty());
}

asio::awaitable<void> OtlpExporter::Wait(absl::Duration time, size_t spans) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto waiter = std::make_shared<WaitList::Waiter>(executor, time);
  {
    MutexLock lock(mutex_);
    if (stopping_ || spans_.size() >= spans) co_return;
    waiter_ = waiter;
    waits_for_ = spans;
  }
  co_await waiter->Wait();
  MutexLock lock(mutex_);
  waiter_ = nullptr;
}

std::vector<Span> OtlpExporter::TakeBatch() {
  MutexLock lock(mutex_);
  if (given_up_) return {};
  in_flight_ = std::min(spans_.size(), options_.max_batch);
  const auto end = spans_.begin() + static_cast<std::ptrdiff_t>(in_flight_);
  std::vector<Span> batch(std::make_move_iterator(spans_.begin()), std::make_move_iterator(end));
  spans_.erase(spans_.begin(), end);
  return batch;
}

void OtlpExporter::Finish(size_t spans, bool sent) {
  MutexLock lock(mutex_);
  in_flight_ = 0;
  (sent ? counters_.sent : counters_.dropped) += static_cast<int64_t>(spans);
}

asio::awaitable<bool> OtlpExporter::Deliver(const std::string& body) {
  absl::Duration pause = options_.first_pause;
  for (int32_t retries = 0;; ++retries) {
    Attempt attempt = co_await Post(body);
    if (attempt.sent) co_return true;
    {
      MutexLock lock(mutex_);
      last_failure_ = std::move(attempt.failure);
    }
    if (!attempt.may_pass || retries == options_.retries) co_return false;
    co_await Wait(std::min(std::max(pause, attempt.asked_pause), options_.longest_pause),
                  std::numeric_limits<size_t>::max());
    pause *= 2;
  }
}

asio::awaitable<OtlpExporter::Attempt> OtlpExporter::Post(const std::string& body) {
  HttpRequest request;
  request.url = url_;
  request.headers = {"Content-Type: application/json"};
  request.headers.insert(request.headers.end(), options_.headers.begin(), options_.headers.end());
  request.body = body;
  request.deadline = absl::Now() + options_.timeout;
  HeadSink answer;
  const absl::StatusOr<HttpHead> sent = co_await http_.Send(std::move(request), answer);
  Attempt attempt;
  attempt.sent = answer.status >= 200 && answer.status <= 299;  // however its body ended
  attempt.may_pass = answer.status == 0 ? MayPass(sent.status()) : MayPass(answer.status);
  attempt.asked_pause = answer.retry_after;
  attempt.failure = answer.status == 0 ? CutUtf8(StdView(sent.status().message()), kMaxFailureBytes)
                                       : StrCat("it answered with the status ", answer.status);
  co_return attempt;
}

}  // namespace attune

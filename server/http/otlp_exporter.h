// Sends finished spans to an OpenTelemetry collector, as OTLP/HTTP in JSON: a bounded queue, and one coroutine on an
// I/O thread that posts it in batches. Nothing that goes wrong here is felt by those who made the spans.
#ifndef ATTUNE_HTTP_OTLP_EXPORTER_H_
#define ATTUNE_HTTP_OTLP_EXPORTER_H_

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/trace.h"
#include "base/wait_list.h"
#include "http/http_client.h"

namespace attune {

struct OtlpOptions {
  std::string endpoint;              // "http://127.0.0.1:4318"; the path /v1/traces is appended
  std::vector<std::string> headers;  // "Name: value", of each POST; may hold secrets, and are told to nobody else
  std::string service_version;
  size_t max_queued = 8'192;                   // spans that wait; further ones are dropped
  size_t max_batch = 256;                      // spans of one POST
  absl::Duration linger = absl::Seconds(1);    // how long a first span waits for company
  absl::Duration timeout = absl::Seconds(10);  // of one POST
  // After a failure that may pass (no connection, 429, 502, 503, 504) a batch is posted again so often; then it is
  // dropped. The pause before doubles each time, and is at least what the collector asks for by `Retry-After`, up to
  // the longest.
  int32_t retries = 3;
  absl::Duration first_pause = absl::Seconds(1);
  absl::Duration longest_pause = absl::Seconds(30);
};

// Thread-safe, but for Shutdown and the destructor.
class OtlpExporter final : public SpanSink {
 public:
  struct Counters {
    int64_t queued = 0;   // now waiting or being sent
    int64_t sent = 0;     // accepted by the collector; what it rejects of an accepted request is not looked at
    int64_t dropped = 0;  // the queue was full, or the collector did not take them
  };

  // `io` is one of the pool that `http` was made for; both must outlive it.
  OtlpExporter(OtlpOptions options, HttpClient& http, asio::io_context& io);
  // Shuts down at once.
  ~OtlpExporter() override;

  void Take(Span span) override;

  // Sends what is queued, retries without pauses, and drops after `timeout` what is left. Later spans are dropped.
  // Must be called, or the object destroyed, before the HTTP client is shut down and the pool drained; from a thread
  // that is not one of the pool's. Idempotent.
  void Shutdown(absl::Duration timeout);

  Counters counters() const;
  // Why the collector did not take the last batch that it did not take; empty: it took all.
  std::string last_failure() const;

 private:
  struct Attempt {
    bool sent = false;
    bool may_pass = false;       // the failure
    absl::Duration asked_pause;  // by the collector
    std::string failure;
  };

  asio::awaitable<void> Run();
  // Until so many spans wait, the time is over, or the exporter is to stop.
  asio::awaitable<void> Wait(absl::Duration time, size_t spans);
  // Posts one batch, if need be several times. False: it was not taken.
  asio::awaitable<bool> Deliver(const std::string& body);
  asio::awaitable<Attempt> Post(const std::string& body);
  std::vector<Span> TakeBatch();
  void Finish(size_t spans, bool sent);
  bool HasEnded() const;
  void Wake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const OtlpOptions options_;
  const std::string url_;
  HttpClient& http_;
  asio::io_context& io_;
  const std::shared_ptr<asio::cancellation_signal> cancel_;  // to be emitted on `io_`
  mutable Mutex mutex_;
  CondVar ended_changed_;
  std::deque<Span> spans_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<WaitList::Waiter> waiter_ ABSL_GUARDED_BY(mutex_);  // the coroutine's, while it waits
  size_t waits_for_ ABSL_GUARDED_BY(mutex_) = 0;                      // spans, which wake it
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;                      // spans of the batch that is being sent
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool given_up_ ABSL_GUARDED_BY(mutex_) = false;  // nothing more is to be sent
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;     // the coroutine
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  std::string last_failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_HTTP_OTLP_EXPORTER_H_

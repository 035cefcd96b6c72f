// The clock of CurlEngine: curl's own timers, and the sweep that notices silence.
#include "http/curl_engine.h"
#include "http/curl_error.h"

namespace attune {
namespace {

// Silence is noticed within two of these; also the grace that a complete response has to end by itself.
constexpr std::chrono::milliseconds kSweepPeriod(100);

}  // namespace

int CurlEngine::OnTimeout(CURLM*, long milliseconds, void* self) {
  auto* engine = static_cast<CurlEngine*>(self);
  engine->wanted_ =
      milliseconds < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

// curl moves its timer several times in each exchange, mostly to later. The wait that runs is left alone as long as it
// fires early enough; when it does, it looks again.
void CurlEngine::ArmTimer() {
  if (sending_soon_ || armed_ <= wanted_) return;  // sending arms it
  armed_ = wanted_;
  timer_.expires_at(armed_);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& moved) {
    if (!moved) self->OnTimer();
  });
}

void CurlEngine::OnTimer() {
  armed_ = Clock::time_point::max();
  if (multi_ == nullptr) return;
  if (wanted_ > Clock::now()) {
    ArmTimer();
    return;
  }
  wanted_ = Clock::time_point::max();
  Drive(CURL_SOCKET_TIMEOUT, 0);
}

void CurlEngine::ArmSweep() {
  sweeping_ = true;
  sweep_.expires_after(kSweepPeriod);
  sweep_.async_wait([self = shared_from_this()](const asio::error_code& stopped) {
    if (!stopped && self->multi_ != nullptr) self->Sweep();
  });
}

void CurlEngine::Sweep() {
  const Clock::time_point now = Clock::now();
  const std::vector<CurlExchange*> exchanges(in_flight_.begin(), in_flight_.end());
  for (CurlExchange* exchange : exchanges) CheckProgress(*exchange, now);
  sweeping_ = false;
  if (!in_flight_.empty()) ArmSweep();
}

void CurlEngine::CheckProgress(CurlExchange& exchange, Clock::time_point now) {
  if (exchange.phase_ == HttpPhase::kBody && exchange.sink_.Complete()) {
    if (exchange.in_grace_) {
      Finish(exchange, absl::OkStatus());
    } else {
      exchange.in_grace_ = true;
    }
    return;
  }
  if (exchange.request_.begin_by <= absl::Now() && !exchange.sink_.Begun()) {
    Finish(exchange, BegunTooLate(exchange.phase_));
    return;
  }
  const int64_t progress = exchange.Progress();
  if (progress != exchange.seen_progress_ || exchange.phase_ == HttpPhase::kConnect) {
    exchange.seen_progress_ = progress;
    exchange.last_progress_ = now;
  } else if (now - exchange.last_progress_ >= absl::ToChronoNanoseconds(exchange.request_.idle_timeout)) {
    Finish(exchange, IdleTooLong(exchange.phase_, exchange.request_.idle_timeout));
  }
}

}  // namespace attune

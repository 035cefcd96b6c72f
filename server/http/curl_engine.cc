#include "http/curl_engine.h"

#include <sys/socket.h>

#include <asio/post.hpp>
#include <utility>

#include "http/curl_error.h"
#include "http/curl_handle.h"

namespace attune {
namespace {

// Spare handles kept for reuse; more are freed. Each holds about 20 KiB.
constexpr size_t kMaxSpareHandles = 256;

}  // namespace

CurlEngine::CurlEngine(asio::io_context& context, const CurlLimits& limits)
    : context_(context),
      limits_(limits),
      multi_(curl_multi_init()),
      sockets_(context, [this](int descriptor, int events) { Drive(descriptor, events); }),
      timer_(context),
      sweep_(context) {
  if (multi_ != nullptr) ConfigureMulti();
}

CurlEngine::~CurlEngine() { Close(); }

void CurlEngine::ConfigureMulti() {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlEngine::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlEngine::OnTimeout);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(limits_.max_kept_connections));
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

void CurlEngine::Start(CurlExchange& exchange) {
  if (absl::Status status = Add(exchange); !status.ok()) {
    if (exchange.handle_ != nullptr) GiveBack(std::move(exchange.handle_));
    exchange.SetFinished(std::move(status));
    return;
  }
  exchange.engine_ = this;
  exchange.last_progress_ = Clock::now();
  in_flight_.insert(&exchange);
  if (!sweeping_) ArmSweep();
  SendSoon();
}

void CurlEngine::SendSoon() {
  if (std::exchange(sending_soon_, true)) return;
  asio::post(context_, [self = shared_from_this()] {
    self->sending_soon_ = false;
    if (self->multi_ != nullptr) self->Drive(CURL_SOCKET_TIMEOUT, 0);  // kept connections send right here
  });
}

absl::Status CurlEngine::Add(CurlExchange& exchange) {
  if (multi_ == nullptr) return ClientClosed();
  if (in_flight_.size() >= limits_.max_exchanges) return TooManyExchanges(limits_.max_exchanges);
  exchange.handle_ = TakeHandle();
  if (exchange.handle_ == nullptr) return absl::ResourceExhaustedError("no memory for an HTTP exchange");
  if (absl::Status status = exchange.Prepare(limits_.max_header_bytes); !status.ok()) return status;
  const CURLMcode added = curl_multi_add_handle(multi_, exchange.handle_->get());
  return added == CURLM_OK ? absl::OkStatus() : absl::InternalError(curl_multi_strerror(added));
}

std::unique_ptr<CurlHandle> CurlEngine::TakeHandle() {
  if (spare_handles_.empty()) {
    return CurlHandle::New(
        {.self = this, .open_socket = &CurlEngine::OpenSocket, .close_socket = &CurlEngine::CloseSocket});
  }
  std::unique_ptr<CurlHandle> handle = std::move(spare_handles_.back());
  spare_handles_.pop_back();
  return handle;
}

void CurlEngine::GiveBack(std::unique_ptr<CurlHandle> handle) {
  if (spare_handles_.size() >= kMaxSpareHandles) return;
  handle->ForgetRequest();
  spare_handles_.push_back(std::move(handle));
}

void CurlEngine::Finish(CurlExchange& exchange, absl::Status status) {
  in_flight_.erase(&exchange);
  exchange.engine_ = nullptr;
  curl_multi_remove_handle(multi_, exchange.handle_->get());
  GiveBack(std::move(exchange.handle_));
  exchange.SetFinished(std::move(status));
  ArmTimer();
}

void CurlEngine::Close() {
  if (multi_ == nullptr) return;
  while (!in_flight_.empty()) Finish(**in_flight_.begin(), ClientClosed());
  spare_handles_.clear();
  curl_multi_cleanup(std::exchange(multi_, nullptr));
  sockets_.Stop();
  timer_.cancel();
  sweep_.cancel();
}

void CurlEngine::Drive(int descriptor, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, descriptor, events, &running);
  CollectFinished();
  if (multi_ != nullptr) ArmTimer();
}

void CurlEngine::CollectFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message dies with the handle
    CurlExchange* exchange = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    Conclude(*exchange, code);
  }
}

void CurlEngine::Conclude(CurlExchange& exchange, CURLcode code) {
  if (exchange.DiedUnanswered(code)) {
    exchange.resent_ = true;
    curl_multi_remove_handle(multi_, exchange.handle_->get());
    curl_easy_setopt(exchange.handle_->get(), CURLOPT_FRESH_CONNECT, 1L);
    if (curl_multi_add_handle(multi_, exchange.handle_->get()) == CURLM_OK) return;
  }
  Finish(exchange, exchange.ResultOf(code));
}

int CurlEngine::OnSocket(CURL*, curl_socket_t descriptor, int what, void* self, void*) {
  CurlSockets& sockets = static_cast<CurlEngine*>(self)->sockets_;
  if (what == CURL_POLL_REMOVE) {
    sockets.Unwatch(descriptor);
  } else {
    sockets.Watch(descriptor, (what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
  }
  return 0;
}

curl_socket_t CurlEngine::OpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  const int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (descriptor < 0) return CURL_SOCKET_BAD;
  static_cast<CurlEngine*>(self)->sockets_.Open(descriptor);
  return descriptor;
}

int CurlEngine::CloseSocket(void* self, curl_socket_t descriptor) {
  static_cast<CurlEngine*>(self)->sockets_.Close(descriptor);
  return 0;
}

}  // namespace attune

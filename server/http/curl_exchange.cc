#include "http/curl_exchange.h"

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <charconv>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "http/curl_engine.h"
#include "http/curl_error.h"

namespace attune {
namespace {

constexpr size_t kUsualHeaders = 16;

}  // namespace

std::string_view PhaseName(HttpPhase phase) {
  switch (phase) {
    case HttpPhase::kConnect:
      return "connect";
    case HttpPhase::kHead:
      return "head";
    case HttpPhase::kBody:
      return "body";
  }
  return "";
}

CurlExchange::CurlExchange(asio::io_context& context, const HttpRequest& request, BodySink& sink)
    : request_(request), sink_(sink), finished_signal_(context, asio::steady_timer::time_point::max()) {}

CurlExchange::~CurlExchange() {
  if (engine_ != nullptr) engine_->Finish(*this, absl::CancelledError());
}

asio::awaitable<void> CurlExchange::Finished() {
  asio::error_code aborted;  // both ways out abort the wait; `finished` tells which it was
  co_await finished_signal_.async_wait(asio::redirect_error(asio::use_awaitable, aborted));
}

absl::StatusOr<HttpHead> CurlExchange::TakeResult() {
  if (!status_.ok()) return status_;
  return std::move(head_);
}

void CurlExchange::SetFinished(absl::Status status) {
  status_ = std::move(status);
  finished_ = true;
  finished_signal_.cancel();
}

absl::Status CurlExchange::ResultOf(CURLcode code) const {
  if (!status_.ok()) return status_;
  if (code == CURLE_OK && phase_ == HttpPhase::kBody) return status_;
  // curl is content with a head that breaks off.
  return CurlError({.code = code == CURLE_OK ? CURLE_RECV_ERROR : code,
                    .phase = phase_,
                    .connect_bounded = connect_bounded_,
                    .deadline = request_.deadline,
                    .connect_timeout = request_.connect_timeout,
                    .text = error_text_.data()});
}

bool CurlExchange::DiedUnanswered(CURLcode code) const {
  if (code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR && code != CURLE_GOT_NOTHING) return false;
  long new_connections = 0;
  curl_easy_getinfo(handle_->get(), CURLINFO_NUM_CONNECTS, &new_connections);
  return !resent_ && status_.ok() && header_bytes_ == 0 && new_connections == 0;
}

int64_t CurlExchange::Progress() const {
  curl_off_t up = 0, down = 0;
  curl_easy_getinfo(handle_->get(), CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(handle_->get(), CURLINFO_SIZE_DOWNLOAD_T, &down);
  return up + down + static_cast<int64_t>(header_bytes_ + body_bytes_) + (phase_ == HttpPhase::kConnect ? 0 : 1);
}

size_t CurlExchange::OnHeaderLine(char* data, size_t size, size_t count, void* self) {
  auto* exchange = static_cast<CurlExchange*>(self);
  exchange->status_ = exchange->TakeHeaderLine({data, size * count});
  return exchange->status_.ok() ? size * count : 0;
}

size_t CurlExchange::OnBody(char* data, size_t size, size_t count, void* self) {
  auto* exchange = static_cast<CurlExchange*>(self);
  exchange->status_ = exchange->TakeBody({data, size * count});
  return exchange->status_.ok() ? size * count : 0;
}

int CurlExchange::OnConnected(void* self, char*, char*, int, int) {
  static_cast<CurlExchange*>(self)->phase_ = HttpPhase::kHead;
  return CURL_PREREQFUNC_OK;
}

absl::Status CurlExchange::TakeHeaderLine(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > max_header_bytes_) return HeadersTooLarge(max_header_bytes_);
  if (phase_ == HttpPhase::kBody) return absl::OkStatus();  // a trailer of a chunked body
  line = StdView(absl::StripTrailingAsciiWhitespace(AbslView(line)));
  if (line.empty()) {
    if (head_.status < 200) return absl::OkStatus();  // an interim response: the real one follows
    phase_ = HttpPhase::kBody;
    return sink_.OnHead(head_);
  }
  if (line.starts_with("HTTP/")) {
    head_ = HttpHead();
    head_.headers.reserve(kUsualHeaders);
    const size_t space = std::min(line.find(' '), line.size() - 1);
    std::from_chars(line.data() + space + 1, line.data() + line.size(), head_.status);
    return absl::OkStatus();
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return absl::OkStatus();
  head_.headers.emplace_back(absl::AsciiStrToLower(AbslView(line.substr(0, colon))),
                             StdView(absl::StripAsciiWhitespace(AbslView(line.substr(colon + 1)))));
  return absl::OkStatus();
}

absl::Status CurlExchange::TakeBody(std::string_view piece) {
  body_bytes_ += piece.size();
  if (body_bytes_ > request_.max_body_bytes) return BodyTooLarge(request_.max_body_bytes);
  return sink_.OnData(piece);
}

}  // namespace attune

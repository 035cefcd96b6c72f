#include "tests/bench/end_to_end/relay_http.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace attune::bench {
namespace {

void Drain(int descriptor) {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(descriptor, &count, sizeof(count));
}

}  // namespace

RelayHttp::RelayHttp(const std::string& url)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      multi_(curl_multi_init()),
      url_(curl_url()) {
  curl_url_set(url_, CURLUPART_URL, url.c_str(), 0);
  for (const char* header : {"Content-Type: application/json", "Expect:"})
    headers_ = curl_slist_append(headers_, header);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &RelayHttp::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &RelayHttp::OnTimeout);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4096L);
  Watch(wake_, EPOLLIN);
  thread_ = std::thread([this] { Run(); });
}

RelayHttp::~RelayHttp() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  for (CURL* handle : spare_handles_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
  curl_url_cleanup(url_);
  curl_slist_free_all(headers_);
  for (const int descriptor : {epoll_, wake_}) close(descriptor);
}

void RelayHttp::Post(Exchange* exchange) {
  bool first = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    first = posted_.empty();
    posted_.push_back(exchange);
  }
  if (first) eventfd_write(wake_, 1);  // otherwise the thread has been woken and not yet looked
}

void RelayHttp::Run() {
  std::array<epoll_event, 256> events;
  int running = 0;
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), MillisecondsLeft());
    if (MillisecondsLeft() == 0) {
      timer_ = Clock::time_point::max();
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      Collect();
    }
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[i].data.fd;
      if (descriptor == wake_) {
        Drain(wake_);
        StartPosted();
      } else {
        const uint32_t what = events[i].events;
        const int select = ((what & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                           ((what & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                           ((what & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(multi_, descriptor, select, &running);
      }
      Collect();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (stopping_) return;
  }
}

void RelayHttp::StartPosted() {
  std::vector<Exchange*> posted;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    posted.swap(posted_);
  }
  for (Exchange* exchange : posted) {
    CURL* handle = TakeHandle();
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange->body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, exchange->body.data());
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, exchange);
    curl_multi_add_handle(multi_, handle);
  }
  int running = 0;
  curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);  // kept connections send at once
}

CURL* RelayHttp::TakeHandle() {
  if (!spare_handles_.empty()) {
    CURL* handle = spare_handles_.back();
    spare_handles_.pop_back();
    return handle;
  }
  CURL* handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle, CURLOPT_CURLU, url_);
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &RelayHttp::OnBody);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &RelayHttp::OnClose);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, this);
  return handle;
}

void RelayHttp::Collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    CURL* handle = message->easy_handle;
    const bool ok = message->data.result == CURLE_OK;
    Exchange* exchange = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &exchange);
    curl_multi_remove_handle(multi_, handle);
    spare_handles_.push_back(handle);
    exchange->OnEnd(ok);
  }
}

// A socket stays in epoll for as long as it is open, also between exchanges.
int RelayHttp::OnSocket(CURL*, curl_socket_t descriptor, int what, void* self, void*) {
  const uint32_t events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
  if (what != CURL_POLL_REMOVE) static_cast<RelayHttp*>(self)->Watch(descriptor, events);
  return 0;
}

int RelayHttp::OnClose(void* self, curl_socket_t descriptor) {
  static_cast<RelayHttp*>(self)->watched_[descriptor] = 0;
  return close(descriptor);  // takes it out of epoll as well
}

void RelayHttp::Watch(int descriptor, uint32_t events) {
  if (watched_.size() <= static_cast<size_t>(descriptor)) watched_.resize(descriptor + 1);
  const uint32_t before = std::exchange(watched_[descriptor], events);
  if (before == events) return;
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  epoll_ctl(epoll_, before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int RelayHttp::OnTimeout(CURLM*, long milliseconds, void* self) {
  static_cast<RelayHttp*>(self)->timer_ =
      milliseconds < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

int RelayHttp::MillisecondsLeft() const {
  if (timer_ == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timer_ - Clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60'000));
}

size_t RelayHttp::OnBody(char* data, size_t size, size_t count, void* exchange) {
  static_cast<Exchange*>(exchange)->OnData({data, size * count});
  return size * count;
}

}  // namespace attune::bench

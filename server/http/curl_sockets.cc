#include "http/curl_sockets.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <asio/post.hpp>
#include <utility>

namespace attune {
namespace {

constexpr size_t kEventsAtOnce = 64;

int ToCurl(uint32_t events) {
  return ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) | ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
         ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
}

uint64_t Tag(int descriptor, uint32_t number) { return uint64_t{number} << 32 | static_cast<uint32_t>(descriptor); }

}  // namespace

// The epoll set, level-triggered: curl need not read all that is there.
struct CurlSockets::Epoll {
  explicit Epoll(asio::io_context& context) : descriptor(context) {
    const int set = epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) return;
    asio::error_code failed;
    descriptor.assign(set, failed);
    if (failed) close(set);
  }
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor;
  bool stopped = false;
};

CurlSockets::CurlSockets(asio::io_context& context, Ready ready)
    : context_(context), ready_(std::move(ready)), epoll_(std::make_shared<Epoll>(context)) {}

CurlSockets::~CurlSockets() { Stop(); }

void CurlSockets::Stop() {
  if (epoll_->stopped) return;  // the aborted wait may be looking at it on the context's thread
  epoll_->stopped = true;
  asio::error_code ignored;
  epoll_->descriptor.close(ignored);
}

CurlSockets::Socket& CurlSockets::Find(int descriptor) {
  Socket& socket = sockets_[descriptor];
  if (socket.number == 0) socket.number = ++last_number_ == 0 ? ++last_number_ : last_number_;
  return socket;
}

void CurlSockets::Open(int descriptor) {
  Forget(descriptor);
  Find(descriptor).connection = true;
}

void CurlSockets::Watch(int descriptor, bool read, bool write) {
  Socket& socket = Find(descriptor);
  socket.wanted = true;
  const uint32_t events = (read ? uint32_t{EPOLLIN} : 0U) | (write ? uint32_t{EPOLLOUT} : 0U);
  if (SetEvents(descriptor, socket, events)) {
    if (!waiting_) Wait();
    return;
  }
  // The kernel refused it: let curl see a broken socket.
  asio::post(context_, [this, epoll = epoll_, descriptor, number = socket.number] {
    if (!epoll->stopped) Report(descriptor, number, EPOLLERR);
  });
}

bool CurlSockets::SetEvents(int descriptor, Socket& socket, uint32_t events) {
  const uint32_t before = std::exchange(socket.in_set, events);
  if (before == events) return true;
  epoll_event event{};
  event.events = events;
  event.data.u64 = Tag(descriptor, socket.number);
  const int change = before == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  if (epoll_->descriptor.is_open() && epoll_ctl(epoll_->descriptor.native_handle(), change, descriptor, &event) == 0) {
    return true;
  }
  socket.in_set = 0;
  return false;
}

void CurlSockets::Unwatch(int descriptor) {
  const auto found = sockets_.find(descriptor);
  if (found == sockets_.end()) return;
  found->second.wanted = false;
  if (!found->second.connection) Forget(descriptor);
}

void CurlSockets::Close(int descriptor) {
  Forget(descriptor);
  close(descriptor);
}

void CurlSockets::Forget(int descriptor) {
  const auto found = sockets_.find(descriptor);
  if (found == sockets_.end()) return;
  SetEvents(descriptor, found->second, 0);
  sockets_.erase(found);
}

void CurlSockets::Wait() {
  waiting_ = true;
  epoll_->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                [this, epoll = epoll_](const asio::error_code& error) {
                                  if (epoll->stopped) return;  // perhaps `this` is gone as well
                                  if (!error) Look();
                                  if (!epoll->stopped) Wait();
                                });
}

void CurlSockets::Look() {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_->descriptor.native_handle(), events.data(), kEventsAtOnce, 0);
  const std::shared_ptr<Epoll> epoll = epoll_;
  for (int i = 0; i < count && !epoll->stopped; ++i) {
    const uint64_t tag = events[static_cast<size_t>(i)].data.u64;
    Report(static_cast<int>(static_cast<uint32_t>(tag)), static_cast<uint32_t>(tag >> 32),
           events[static_cast<size_t>(i)].events);
  }
}

void CurlSockets::Report(int descriptor, uint32_t number, uint32_t events) {
  const auto found = sockets_.find(descriptor);
  if (found == sockets_.end() || found->second.number != number) return;  // closed by what was reported before it
  if (found->second.wanted) {
    ready_(descriptor, ToCurl(events));
  } else {
    // An idle connection that becomes readable was closed by its peer: curl finds out when it wants it again.
    SetEvents(descriptor, found->second, 0);
  }
}

}  // namespace attune

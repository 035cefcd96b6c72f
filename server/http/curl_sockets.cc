#include "http/curl_sockets.h"

#include <curl/curl.h>
#include <unistd.h>

#include <asio/post.hpp>

namespace attune {

// Kept alive by its pending waits, which find `gone` after the socket was forgotten.
struct CurlSockets::Socket {
  explicit Socket(asio::io_context& context) : descriptor(context) {}
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor;
  int number = -1;
  bool connection = false;
  bool gone = false;
  int wanted = 0;   // CURL_CSELECT_* that curl asks for
  int pending = 0;  // those with a wait in the reactor
};

CurlSockets::CurlSockets(asio::io_context& context, Ready ready) : context_(context), ready_(std::move(ready)) {}

CurlSockets::~CurlSockets() {
  while (!sockets_.empty()) Forget(sockets_.begin()->first);
}

std::shared_ptr<CurlSockets::Socket> CurlSockets::Find(int descriptor) {
  std::shared_ptr<Socket>& socket = sockets_[descriptor];
  if (socket == nullptr) {
    socket = std::make_shared<Socket>(context_);
    socket->number = descriptor;
  }
  return socket;
}

void CurlSockets::Open(int descriptor) {
  Forget(descriptor);
  Find(descriptor)->connection = true;
}

void CurlSockets::Watch(int descriptor, bool read, bool write) {
  const std::shared_ptr<Socket> socket = Find(descriptor);
  socket->wanted = (read ? CURL_CSELECT_IN : 0) | (write ? CURL_CSELECT_OUT : 0);
  asio::error_code failed;
  if (!socket->descriptor.is_open()) socket->descriptor.assign(descriptor, failed);
  if (!failed) {
    Arm(socket);
    return;
  }
  asio::post(context_, [this, socket] {  // the reactor refused it: let curl see a broken socket
    if (!socket->gone) ready_(socket->number, CURL_CSELECT_ERR);
  });
}

void CurlSockets::Unwatch(int descriptor) {
  const auto found = sockets_.find(descriptor);
  if (found == sockets_.end()) return;
  found->second->wanted = 0;
  if (!found->second->connection) Forget(descriptor);
}

void CurlSockets::Close(int descriptor) {
  Forget(descriptor);
  close(descriptor);
}

void CurlSockets::Arm(const std::shared_ptr<Socket>& socket) {
  for (const int event : {CURL_CSELECT_IN, CURL_CSELECT_OUT}) {
    if ((socket->wanted & event) != 0 && (socket->pending & event) == 0) Wait(socket, event);
  }
}

void CurlSockets::Wait(const std::shared_ptr<Socket>& socket, int event) {
  using asio::posix::descriptor_base;
  socket->pending |= event;
  socket->descriptor.async_wait(event == CURL_CSELECT_IN ? descriptor_base::wait_read : descriptor_base::wait_write,
                                [this, socket, event](const asio::error_code& error) {
                                  socket->pending &= ~event;
                                  if (socket->gone) return;  // perhaps `this` is as well
                                  // An idle connection that becomes readable was closed by its peer: curl finds out
                                  // when it wants it again.
                                  if ((socket->wanted & event) != 0)
                                    ready_(socket->number, error ? CURL_CSELECT_ERR : event);
                                  if (!socket->gone) Arm(socket);
                                });
}

void CurlSockets::Forget(int descriptor) {
  const auto found = sockets_.find(descriptor);
  if (found == sockets_.end()) return;
  const std::shared_ptr<Socket> socket = std::move(found->second);
  sockets_.erase(found);
  socket->gone = true;
  if (socket->descriptor.is_open()) socket->descriptor.release();
}

}  // namespace attune

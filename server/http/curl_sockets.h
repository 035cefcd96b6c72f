// Watches curl's sockets in an epoll set of its own, which Asio watches as one descriptor: many ready sockets cost one
// wait of Asio, and a kept connection none. A connection stays in the set from its opening to its closing, also between
// exchanges: taking it out and in around each one cost 10 us.
#ifndef ATTUNE_HTTP_CURL_SOCKETS_H_
#define ATTUNE_HTTP_CURL_SOCKETS_H_

#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/container/flat_hash_map.h"

namespace attune {

// One thread. Descriptors are only borrowed from curl; Close alone closes one.
class CurlSockets {
 public:
  // `ready(descriptor, events)` with CURL_CSELECT_* events; it may call back into this object.
  using Ready = std::function<void(int descriptor, int events)>;
  CurlSockets(asio::io_context& context, Ready ready);
  ~CurlSockets();
  CurlSockets(const CurlSockets&) = delete;
  CurlSockets& operator=(const CurlSockets&) = delete;

  // A connection's socket, which will end by Close. Others (the resolver's) are forgotten when curl unwatches them.
  void Open(int descriptor);
  void Watch(int descriptor, bool read, bool write);
  void Unwatch(int descriptor);
  void Close(int descriptor);
  // Ends the wait, so that the context can run out of work. Idempotent.
  void Stop();

 private:
  struct Socket {
    uint32_t number = 0;  // tells it from others that had the same descriptor
    uint32_t in_set = 0;  // EPOLL* events in the epoll set; 0: not in it
    bool wanted = false;  // by curl
    bool connection = false;
  };
  struct Epoll;

  Socket& Find(int descriptor);
  bool SetEvents(int descriptor, Socket& socket, uint32_t events);
  void Forget(int descriptor);
  void Wait();
  void Look();
  void Report(int descriptor, uint32_t number, uint32_t events);

  asio::io_context& context_;
  Ready ready_;
  absl::flat_hash_map<int, Socket> sockets_;
  uint32_t last_number_ = 0;
  bool waiting_ = false;          // from the first Watch on; each wait begins the next one
  std::shared_ptr<Epoll> epoll_;  // shared with the pending wait; its `stopped` outlives this object
};

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_SOCKETS_H_

// Watches curl's sockets with Asio. A connection's socket stays registered with the reactor from its opening to its
// closing, also between exchanges: taking it out and in around each one cost 10 us.
#ifndef ATTUNE_HTTP_CURL_SOCKETS_H_
#define ATTUNE_HTTP_CURL_SOCKETS_H_

#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
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

  // A connection's socket, which will end by Close. Others (the resolver's) are forgotten when curl unwatches them.
  void Open(int descriptor);
  void Watch(int descriptor, bool read, bool write);
  void Unwatch(int descriptor);
  void Close(int descriptor);

 private:
  struct Socket;
  std::shared_ptr<Socket> Find(int descriptor);
  void Arm(const std::shared_ptr<Socket>& socket);
  void Wait(const std::shared_ptr<Socket>& socket, int event);
  void Forget(int descriptor);

  asio::io_context& context_;
  Ready ready_;
  absl::flat_hash_map<int, std::shared_ptr<Socket>> sockets_;
};

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_SOCKETS_H_

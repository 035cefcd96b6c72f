#include "metrics_endpoint.h"

#include <prometheus/exposer.h>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr absl::Duration kKnockAgain = absl::Milliseconds(10);

// Where a connection from this machine reaches a server that listens on `address`.
asio::ip::tcp::endpoint DoorOf(const std::string& address, int port) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  asio::error_code is_name;  // the only one is localhost
  asio::ip::address ip = asio::ip::make_address(host, is_name);
  if (is_name) ip = asio::ip::address_v4::loopback();
  return {ip, static_cast<uint16_t>(port)};
}

// Begins to connect, and leaves without a word.
void KnockAt(const asio::ip::tcp::endpoint& door) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  asio::error_code ignored;
  socket.open(door.protocol(), ignored);
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.non_blocking(true, ignored);
  socket.connect(door, ignored);
}

}  // namespace

MetricsEndpoint::MetricsEndpoint(const std::string& address, MetricsSources sources)
    : address_(address), metrics_(std::make_shared<MetricsCollector>(std::move(sources))) {}

MetricsEndpoint::~MetricsEndpoint() {
  if (exposer_ == nullptr) return;
  // The library looks whether it is to end only every two seconds, or when somebody connects.
  Mutex mutex;
  CondVar change;
  bool ended = false;
  std::thread knocking([&, door = DoorOf(address_, port_)] {
    MutexLock lock(mutex);
    while (!ended) {
      KnockAt(door);
      change.WaitFor(lock, kKnockAgain);
    }
  });
  exposer_ = nullptr;
  {
    MutexLock lock(mutex);
    ended = true;
    change.NotifyOne();
  }
  knocking.join();
}

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(const std::string& address,
                                                                        MetricsSources sources) {
  std::unique_ptr<MetricsEndpoint> endpoint(new MetricsEndpoint(address, std::move(sources)));
  // The library tells by an exception that it cannot listen, and not why.
  try {
    endpoint->exposer_ = std::make_unique<prometheus::Exposer>(address);
    endpoint->exposer_->RegisterCollectable(endpoint->metrics_);
    const std::vector<int> ports = endpoint->exposer_->GetListeningPorts();
    if (ports.size() == 1) endpoint->port_ = ports.front();
  } catch (const std::exception&) {
    endpoint->exposer_ = nullptr;
  }
  if (endpoint->port_ == 0) {
    return Error(absl::StatusCode::kUnavailable, "CANNOT_LISTEN")
        .Message(StrCat("cannot listen on ", address, " for metrics: is the port taken? Choose another with --metrics"))
        .With("address", address);
  }
  return endpoint;
}

}  // namespace attune

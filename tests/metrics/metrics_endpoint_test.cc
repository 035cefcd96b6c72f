#include "metrics_endpoint.h"

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include "tests/metrics/metrics_house.h"

namespace attune {
namespace {

// All that the server on this port of the loopback sends before it closes.
std::string Get(int port, const std::string& path) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(port)});
  const std::string request = StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  asio::write(socket, asio::buffer(request));
  std::string reply;
  asio::error_code end;
  asio::read(socket, asio::dynamic_buffer(reply), end);
  return reply;
}

TEST(MetricsEndpoint, ServesTheMetrics) {
  for (const char* address : {"127.0.0.1:0", "localhost:0"}) {
    MetricsHouse house;
    ASSERT_TRUE(house.Ask().ok());
    const auto endpoint = MetricsEndpoint::Start(address, house.sources());
    ASSERT_TRUE(endpoint.ok()) << endpoint.status();
    const std::string reply = Get((*endpoint)->port(), "/metrics");
    EXPECT_THAT(reply, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(reply, testing::HasSubstr("\nattune_asks_total{"));
    EXPECT_THAT(Get((*endpoint)->port(), "/etc/passwd"), testing::StartsWith("HTTP/1.1 404 "));
  }
}

TEST(MetricsEndpoint, APortThatIsTakenIsAnError) {
  MetricsHouse house;
  const auto first = MetricsEndpoint::Start("127.0.0.1:0", house.sources());
  ASSERT_TRUE(first.ok()) << first.status();
  const std::string address = StrCat("127.0.0.1:", (*first)->port());
  const absl::Status second = MetricsEndpoint::Start(address, house.sources()).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorReason(second), "CANNOT_LISTEN");
  EXPECT_EQ(ErrorMetadata(second, "address"), address);
}

}  // namespace
}  // namespace attune

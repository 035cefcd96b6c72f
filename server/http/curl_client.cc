#include "http/curl_client.h"

#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <future>

#include "base/error.h"
#include "http/curl_engine.h"

namespace attune {
namespace {

absl::Status ForeignThread() {
  return Error(absl::StatusCode::kFailedPrecondition, "FOREIGN_THREAD")
      .Message("an HTTP exchange was started outside the I/O threads that its client was made for");
}

absl::Status Cancelled() {
  return Error(absl::StatusCode::kCancelled, "CANCELLED").Message("the HTTP exchange was cancelled by its caller");
}

}  // namespace

CurlClient::CurlClient(IoPool& pool, CurlLimits limits) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  for (size_t i = 0; i < pool.size(); ++i) engines_.push_back(std::make_shared<CurlEngine>(pool.at(i), limits));
}

CurlClient::~CurlClient() {
  Shutdown();
  curl_global_cleanup();
}

void CurlClient::Shutdown() {
  for (const auto& engine : engines_) {
    if (engine->context().stopped()) {  // its thread has ended, so that this one may take its place
      engine->Close();
      continue;
    }
    std::promise<void> closed;
    asio::post(engine->context(), [&] {
      engine->Close();
      closed.set_value();
    });
    closed.get_future().wait();
  }
}

CurlEngine* CurlClient::EngineOf(const asio::any_io_executor& executor) const {
  const asio::execution_context* context = &asio::query(executor, asio::execution::context);
  for (const auto& engine : engines_) {
    if (&engine->context() == context) return engine.get();
  }
  return nullptr;
}

asio::awaitable<absl::StatusOr<HttpHead>> CurlClient::Send(HttpRequest request, BodySink& sink) {
  CurlEngine* engine = EngineOf(co_await asio::this_coro::executor);
  if (engine == nullptr) co_return ForeignThread();
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return Cancelled();
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  CurlExchange exchange(engine->context(), request, sink);
  engine->Start(exchange);
  if (!exchange.finished()) co_await exchange.Finished();
  if (!exchange.finished()) engine->Finish(exchange, Cancelled());
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return exchange.TakeResult();
}

}  // namespace attune

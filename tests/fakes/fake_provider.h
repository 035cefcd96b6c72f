// A provider that answers with a function of the test's. It can hold its calls until the test lets them go, counts
// them, keeps what it was asked, and obeys cancellation.
#ifndef ATTUNE_TESTS_FAKES_FAKE_PROVIDER_H_
#define ATTUNE_TESTS_FAKES_FAKE_PROVIDER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "provider/provider.h"
#include "tests/fakes/gate.h"

namespace attune {

// All functions may be called from any thread.
class FakeProvider final : public Provider {
 public:
  static constexpr std::chrono::seconds kWaitLimit{20};
  using Answer = std::function<absl::StatusOr<ModelAnswer>(const ModelRequest&)>;

  // Answers every request with `text`, finish reason stop, and a usage of one token each way.
  explicit FakeProvider(std::string text = "fake answer");
  explicit FakeProvider(Answer answer) : answer_(std::move(answer)) {}

  // Calls from now on wait until Release: with a sink, after the first `words` words of the answer went to it.
  void Hold(size_t words = 0);
  // Lets all held calls go, and later ones pass.
  void Release();

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

  std::vector<ModelRequest> requests() const;  // in the order of arrival
  size_t calls() const { return requests().size(); }
  size_t in_flight() const;
  size_t most_in_flight() const;  // at any one time
  size_t cancelled() const;
  bool WaitForInFlight(size_t count) const;  // at least
  bool WaitForCancelled(size_t count) const;

 private:
  asio::awaitable<absl::StatusOr<ModelAnswer>> Work(const ModelRequest& request, TextSink* sink);
  bool WaitUntil(const std::function<bool()>& condition) const;

  const Answer answer_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<Gate> held_;
  size_t words_before_hold_ = 0;
  std::vector<ModelRequest> requests_;
  size_t in_flight_ = 0;
  size_t most_in_flight_ = 0;
  size_t cancelled_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_FAKE_PROVIDER_H_

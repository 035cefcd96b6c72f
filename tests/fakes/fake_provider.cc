#include "tests/fakes/fake_provider.h"

#include <algorithm>

#include "base/error.h"

namespace attune {
namespace {

// "one two three" to "one", " two", " three".
std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' ', 1), text.size());
    words.push_back(text.substr(0, space));
    text.remove_prefix(space);
  }
  return words;
}

}  // namespace

FakeProvider::FakeProvider(std::string text)
    : answer_([text = std::move(text)](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
        ModelAnswer answer;
        answer.text = text;
        answer.model = request.model;
        answer.finish_reason = FinishReason::kStop;
        answer.usage.reported = true;
        answer.usage.input_tokens = 1;
        answer.usage.output_tokens = 1;
        return answer;
      }) {}

void FakeProvider::Hold(size_t words) {
  const std::lock_guard lock(mutex_);
  held_.emplace();
  words_before_hold_ = words;
}

void FakeProvider::Release() {
  std::optional<Gate> held;
  {
    const std::lock_guard lock(mutex_);
    held.swap(held_);
  }
  if (held) held->Open();
}

asio::awaitable<absl::StatusOr<ModelAnswer>> FakeProvider::Generate(const ModelRequest& request, TextSink* sink) {
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
    changed_.notify_all();
  }
  absl::StatusOr<ModelAnswer> answer = co_await Work(request, sink);
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (absl::IsCancelled(answer.status())) ++cancelled_;
  changed_.notify_all();
  co_return answer;
}

asio::awaitable<absl::StatusOr<ModelAnswer>> FakeProvider::Work(const ModelRequest& request, TextSink* sink) {
  std::optional<Gate> held;
  size_t words_before_hold = 0;
  {
    const std::lock_guard lock(mutex_);
    held = held_;
    words_before_hold = words_before_hold_;
  }
  absl::StatusOr<ModelAnswer> answer = answer_(request);
  const std::vector<std::string_view> words =
      answer.ok() && sink != nullptr ? Words(answer->text) : std::vector<std::string_view>();
  const size_t before = std::min(words_before_hold, words.size());
  for (size_t i = 0; i < before; ++i) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(words[i]));
  if (held) co_await held->Pass();
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    co_return Error(absl::StatusCode::kCancelled, "CANCELLED").Message("the call was cancelled");
  }
  for (size_t i = before; i < words.size(); ++i) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(words[i]));
  co_return answer;
}

bool FakeProvider::WaitUntil(const std::function<bool()>& condition) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kWaitLimit, condition);
}

std::vector<ModelRequest> FakeProvider::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

size_t FakeProvider::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

size_t FakeProvider::most_in_flight() const {
  const std::lock_guard lock(mutex_);
  return most_in_flight_;
}

size_t FakeProvider::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

bool FakeProvider::WaitForInFlight(size_t count) const {
  return WaitUntil([&] { return in_flight_ >= count; });
}

bool FakeProvider::WaitForCancelled(size_t count) const {
  return WaitUntil([&] { return cancelled_ >= count; });
}

}  // namespace attune

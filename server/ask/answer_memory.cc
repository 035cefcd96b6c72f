#include "ask/answer_memory.h"

#include <asio/this_coro.hpp>
#include <utility>

#include "absl/base/casts.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/logprob_bytes.h"
#include "base/strings.h"

namespace attune {
namespace {

// Every part says how long it is, so that no two different requests give the same bytes.
class Bytes {
 public:
  void Add(std::string_view text) { StrAppend(&bytes_, text.size(), ":", text); }
  void Add(int64_t number) { StrAppend(&bytes_, number, ";"); }
  void Add(int32_t number) { Add(int64_t{number}); }
  void Add(bool value) { Add(int64_t{value}); }
  // To the last bit.
  void Add(double number) { StrAppend(&bytes_, absl::bit_cast<uint64_t>(number), ";"); }
  template <typename T>
  void Add(const std::optional<T>& value) {
    Add(int64_t{value.has_value()});
    if (value.has_value()) Add(*value);
  }
  void Add(const StringMap& map) {
    Add(static_cast<int64_t>(map.size()));
    for (const auto& [key, value] : map) {
      Add(key);
      Add(value);
    }
  }
  std::string Hash() const { return HashHex(bytes_); }

 private:
  std::string bytes_;
};

size_t BytesOf(const AskResult& answer) { return answer.text.size() + LogprobBytes(answer.logprobs); }

}  // namespace

std::string AskFingerprint(const AskRequest& request) {
  Bytes bytes;
  bytes.Add(request.prompt);
  bytes.Add(request.input);
  bytes.Add(request.variables);
  bytes.Add(static_cast<int64_t>(request.history.size()));
  for (const Message& message : request.history) {
    bytes.Add(RoleName(message.role));
    bytes.Add(message.content);
  }
  bytes.Add(request.user);
  const Parameters& overrides = request.overrides;
  bytes.Add(overrides.model);
  bytes.Add(overrides.temperature);
  bytes.Add(overrides.top_p);
  bytes.Add(overrides.max_tokens);
  bytes.Add(static_cast<int64_t>(overrides.stop.size()));
  for (const std::string& stop : overrides.stop) bytes.Add(stop);
  bytes.Add(overrides.seed);
  bytes.Add(overrides.max_examples);
  bytes.Add(overrides.cache);
  bytes.Add(overrides.top_logprobs);
  bytes.Add(request.min_revision);
  bytes.Add(request.at_revision);
  bytes.Add(request.labels);
  bytes.Add(request.token_ratio);
  return bytes.Hash();
}

asio::awaitable<absl::StatusOr<std::optional<AskResult>>> AnswerMemory::Begin(std::string request_id,
                                                                              std::string fingerprint,
                                                                              absl::Time deadline) {
  const auto executor = co_await asio::this_coro::executor;
  while (true) {
    std::shared_ptr<WaitList::Waiter> waiter;
    {
      MutexLock lock(mutex_);
      const auto [found, added] = entries_.try_emplace(request_id);
      Entry& entry = found->second;
      if (added) {
        entry.fingerprint = std::move(fingerprint);
        co_return std::nullopt;
      }
      if (entry.fingerprint != fingerprint) {
        co_return BadField("REQUEST_ID_REUSED", "request_id",
                           StrCat("'", request_id, "' was used for another question; take a new id for a new one"));
      }
      if (entry.answer.has_value()) co_return entry.answer;
      const absl::Duration remaining = deadline - clock_.Now();
      if (remaining <= absl::ZeroDuration()) {
        co_return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED")
            .Message("the first call with this request_id did not end before the deadline")
            .Build();
      }
      waiter = entry.waiters.Add(executor, remaining);
    }
    co_await waiter->Wait();
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    MutexLock lock(mutex_);
    if (const auto found = entries_.find(request_id); found != entries_.end()) found->second.waiters.Remove(waiter);
    if (cancelled != asio::cancellation_type::none) co_return CallerWentAway();
  }
}

void AnswerMemory::Finish(const std::string& request_id, const AskResult* answer) {
  MutexLock lock(mutex_);
  const auto found = entries_.find(request_id);
  if (found == entries_.end()) return;
  found->second.waiters.WakeAll();
  if (answer == nullptr) {
    entries_.erase(found);
    return;
  }
  found->second.answer = *answer;
  found->second.answer->cached = true;
  bytes_ += BytesOf(*answer);
  finished_.push_back(request_id);
  while (finished_.size() > kRememberedAnswers || bytes_ > kRememberedAnswerBytes) ForgetOldest();
}

void AnswerMemory::ForgetOldest() {
  const auto found = entries_.find(finished_.front());
  bytes_ -= BytesOf(*found->second.answer);
  entries_.erase(found);
  finished_.pop_front();
}

}  // namespace attune

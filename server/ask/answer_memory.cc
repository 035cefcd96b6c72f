#include "ask/answer_memory.h"

#include <asio/this_coro.hpp>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"

namespace attune {
namespace {

// Length-prefixed, so that no two different requests give the same bytes.
void Add(std::string& bytes, std::string_view text) { StrAppend(&bytes, text.size(), ":", text, ";"); }

void Add(std::string& bytes, const StringMap& map) {
  StrAppend(&bytes, map.size(), "{");
  for (const auto& [key, value] : map) {
    Add(bytes, key);
    Add(bytes, value);
  }
}

template <typename T>
void Add(std::string& bytes, const std::optional<T>& value) {
  if (!value.has_value()) return Add(bytes, std::string_view("-"));
  Add(bytes, std::string_view(StrCat("=", *value)));
}

}  // namespace

std::string AskFingerprint(const AskRequest& request) {
  std::string bytes;
  Add(bytes, request.prompt);
  Add(bytes, request.input);
  Add(bytes, request.variables);
  for (const Message& message : request.history) {
    Add(bytes, RoleName(message.role));
    Add(bytes, message.content);
  }
  Add(bytes, request.user);
  const Parameters& overrides = request.overrides;
  Add(bytes, overrides.model);
  Add(bytes, overrides.temperature);
  Add(bytes, overrides.top_p);
  Add(bytes, overrides.max_tokens);
  for (const std::string& stop : overrides.stop) Add(bytes, stop);
  Add(bytes, overrides.seed);
  Add(bytes, overrides.max_examples);
  Add(bytes, std::string_view(StrCat(request.at_revision)));
  return HashHex(bytes);
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
    if (cancelled != asio::cancellation_type::none) co_return absl::CancelledError("the caller went away");
  }
}

void AnswerMemory::Finish(const std::string& request_id, const absl::StatusOr<AskResult>& outcome) {
  MutexLock lock(mutex_);
  const auto found = entries_.find(request_id);
  if (found == entries_.end()) return;
  found->second.waiters.WakeAll();
  if (!outcome.ok()) {
    entries_.erase(found);
    return;
  }
  found->second.answer = *outcome;
  found->second.answer->cached = true;
  bytes_ += outcome->text.size();
  finished_.push_back(request_id);
  while (finished_.size() > kRememberedAnswers || bytes_ > kRememberedAnswerBytes) ForgetOldest();
}

void AnswerMemory::ForgetOldest() {
  const auto found = entries_.find(finished_.front());
  bytes_ -= found->second.answer->text.size();
  entries_.erase(found);
  finished_.pop_front();
}

}  // namespace attune

// A provider whose calls go on step by step, as a test opens their gates, and which keeps a journal of what happened.
#ifndef ATTUNE_TESTS_PROVIDER_STAGED_PROVIDER_H_
#define ATTUNE_TESTS_PROVIDER_STAGED_PROVIDER_H_

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "provider/provider.h"
#include "tests/fakes/gate.h"

namespace attune {

// What one call does: it waits for `begin`, has its first text, waits for `finish`, has the rest and ends.
struct Stage {
  std::string first, rest;  // of the text
  absl::Status status;      // not OK: ends with it, in place of the rest
  bool stubborn = false;    // does not hear a cancellation, as a thread that computes
  Gate begin, finish;
};

// The n-th call (from 1) plays the n-th stage. All calls of one object must be of one thread.
class StagedProvider final : public Provider {
 public:
  explicit StagedProvider(std::vector<Stage> stages) : stages_(std::move(stages)) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override {
    const size_t call = ++calls_;
    Note(call, "asked");
    absl::StatusOr<ModelAnswer> outcome = co_await Play(stages_.at(call - 1), request, sink);
    Note(call, outcome.ok() ? "answered" : absl::IsCancelled(outcome.status()) ? "cancelled" : "failed");
    co_return outcome;
  }

  std::vector<std::string> journal;  // "1 asked", "2 asked", "2 answered", "1 cancelled"

 private:
  static asio::awaitable<absl::StatusOr<ModelAnswer>> Play(const Stage& stage, const ModelRequest& request,
                                                           TextSink* sink) {
    if (co_await Cancelled(stage.begin, stage.stubborn)) co_return absl::CancelledError("while it began");
    if (sink != nullptr && !stage.first.empty()) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(stage.first));
    if (co_await Cancelled(stage.finish, stage.stubborn)) co_return absl::CancelledError("before its end");
    if (!stage.status.ok()) co_return stage.status;
    if (sink != nullptr && !stage.rest.empty()) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(stage.rest));
    co_return ModelAnswer{.text = stage.first + stage.rest, .model = request.model};
  }
  static asio::awaitable<bool> Cancelled(const Gate& gate, bool stubborn) {
    co_await gate.Pass();
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    if (cancelled && stubborn) co_await gate.Pass();  // a cancellation is told once
    co_return cancelled && !stubborn;
  }
  void Note(size_t call, std::string_view what) { journal.push_back(StrCat(call, " ", what)); }

  const std::vector<Stage> stages_;
  size_t calls_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_PROVIDER_STAGED_PROVIDER_H_

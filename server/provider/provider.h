// A vendor API as a seam: messages in, an answer out, whole or as it comes.
#ifndef ATTUNE_PROVIDER_PROVIDER_H_
#define ATTUNE_PROVIDER_PROVIDER_H_

#include <algorithm>
#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/message.h"
#include "base/trace.h"

namespace attune {

struct ModelRequest {
  std::string model;  // the vendor's own name: "gpt-4o-mini", "nearest"
  std::vector<Message> messages;
  Parameters parameters;        // `model` and `max_examples` are not looked at; `cache` by the cache only
  std::string response_schema;  // JSON Schema; empty: free text
  std::string user;             // opaque end-user id; may be empty
  absl::Time deadline = absl::InfiniteFuture();
  // Of a stream: by then its first text must have come, for another model can be asked instead; else PROVIDER_DEADLINE.
  absl::Time first_text_by = absl::InfiniteFuture();
  // How long the caller likes to wait because the vendor asks for it; less where another model can be asked instead.
  absl::Duration patience = absl::InfiniteDuration();
  std::shared_ptr<const TraceScope> trace = nullptr;  // what the call belongs to; null: to no trace

  // No call is worth beginning after it.
  absl::Time BeginBy() const { return std::min(deadline, first_text_by); }
};

// What a vendor says that a caller may still do until it is reset; each may be missing.
struct RateLimits {
  struct Left {
    int64_t left = 0;
    int64_t limit = 0;     // when nothing is used; 0: not told
    absl::Duration reset;  // until nothing is used
  };
  std::optional<Left> requests, tokens;
};

struct ModelAnswer {
  std::string text;
  std::string model;  // as the vendor named it; may be empty
  FinishReason finish_reason = FinishReason::kUnspecified;
  Usage usage;
  std::string answered_by;             // "provider/model", if it is not the one that was asked: a route's
  bool fallback = false;               // a model of the route that came before it failed
  int32_t attempts = 1;                // calls of providers that it took, failed ones included
  std::vector<TokenLogprob> logprobs;  // if `top_logprobs` was set
  bool cached = false;                 // an earlier answer, given again; `attempts` is 0 then
  RateLimits rate_limits;              // as of this answer
};

// Receives the text of a streamed answer. Called on the calling coroutine's thread, never after Generate has returned.
class TextSink {
 public:
  virtual ~TextSink() = default;
  // `delta` is never empty and is whole UTF-8. An error stops the answer and becomes the result of Generate.
  virtual absl::Status OnText(std::string_view delta) = 0;
};

// One object serves all I/O threads; Generate keeps all of a call's state in its own frame.
class Provider {
 public:
  virtual ~Provider() = default;

  // Asks the model. With a sink the answer is streamed: all text goes to the sink, and ModelAnswer.text holds the
  // whole of it again. OK means a whole answer: a stream that ends without the vendor's end mark is an error, whatever
  // came before. Cancelling the coroutine cancels the call down to the socket. A refusal is a finish reason.
  // `request` and `sink` must outlive the call.
  //
  // Errors: INVALID_ARGUMENT (MODEL_REFUSED_PARAMETER; PROVIDER_PROMPT_TOO_LONG: the prompt does not fit into the
  // model's context), NOT_FOUND (MODEL_NOT_FOUND), FAILED_PRECONDITION (PROVIDER_KEY_REFUSED, PROVIDER_MISCONFIGURED),
  // RESOURCE_EXHAUSTED (PROVIDER_RATE_LIMIT with RetryInfo, PROVIDER_QUOTA, PROVIDER_BUSY with RetryInfo), UNAVAILABLE
  // (PROVIDER_UNAVAILABLE with RetryInfo, PROVIDER_CUT), INTERNAL (PROVIDER_GARBAGE), DEADLINE_EXCEEDED
  // (PROVIDER_DEADLINE), CANCELLED; those of decorators stand in their headers. Metadata: `provider`; `http_status`
  // where there was one; `attempts` where it was not one.
  virtual asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) = 0;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_PROVIDER_H_

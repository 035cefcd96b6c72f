// Errors are values: an absl::Status whose details ride as payloads under the standard google.rpc type URLs, so that
// transport only copies them into the trailer and every language's helper can read them.
//
//   return Error(absl::StatusCode::kNotFound, "PROMPT_NOT_FOUND")
//       .Message("there is no prompt 'faqs'; did you mean 'faq'?")
//       .With("prompt", "faqs").With("nearest", "faq");
//
// Every error carries one ErrorInfo (reason in UPPER_SNAKE, domain "attune", each dynamic value in its metadata).
#ifndef ATTUNE_BASE_ERROR_H_
#define ATTUNE_BASE_ERROR_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace attune {

inline constexpr std::string_view kErrorDomain = "attune";
inline constexpr std::string_view kErrorInfoUrl = "type.googleapis.com/google.rpc.ErrorInfo";
inline constexpr std::string_view kBadRequestUrl = "type.googleapis.com/google.rpc.BadRequest";
inline constexpr std::string_view kRetryInfoUrl = "type.googleapis.com/google.rpc.RetryInfo";
inline constexpr std::string_view kQuotaFailureUrl = "type.googleapis.com/google.rpc.QuotaFailure";

// Texts that are no UTF-8 get a '?' for each byte that does not belong.
class Error {
 public:
  // `reason`: UPPER_SNAKE, at most 63 characters, listed with the RPC in the .proto. Cold, so that compilers keep what
  // leads to an error out of the way of what is run all the time.
  [[gnu::cold]] Error(absl::StatusCode code, std::string_view reason);

  // What went wrong and what to do, one sentence for a person.
  Error& Message(std::string_view text);
  Error& With(std::string_view key, std::string_view value);
  Error& With(std::string_view key, int64_t value);
  // A bad field of the request, by its path ("mutations[3].upsert.input"). May be called for several fields.
  Error& Field(std::string_view path, std::string_view description);
  // How long the caller should wait before it tries again.
  Error& RetryAfter(absl::Duration delay);
  // The limit that was hit: who or what it counts, and what it is.
  Error& Quota(std::string_view subject, std::string_view description);

  absl::Status Build() const;
  operator absl::Status() const { return Build(); }  // NOLINT: reads as `return Error(...)`

 private:
  absl::StatusCode code_;
  std::string reason_;
  std::string message_;
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<std::pair<std::string, std::string>> quotas_;
  absl::Duration retry_after_ = absl::InfiniteDuration();
};

// INVALID_ARGUMENT with one field violation; `message` says what is wrong with the field.
[[gnu::cold]] absl::Status BadField(std::string_view reason, std::string_view field, std::string_view message);

// The reason of the status's ErrorInfo; empty if it has none.
std::string ErrorReason(const absl::Status& status);
// The value of one metadata key of the ErrorInfo; empty if it is not there.
std::string ErrorMetadata(const absl::Status& status, std::string_view key);
// The wait of the status's RetryInfo; nullopt if it has none.
std::optional<absl::Duration> RetryDelay(const absl::Status& status);
// The same error as one of a field of the request, at this path.
absl::Status AtField(absl::Status status, std::string_view field);
// The same status with one more entry in its ErrorInfo's metadata.
absl::Status WithMetadata(absl::Status status, std::string_view key, std::string_view value);

}  // namespace attune

// Evaluates an expression that yields absl::Status and returns it from the function if it is an error.
#define ATTUNE_RETURN_IF_ERROR(expr)                                 \
  do {                                                               \
    if (absl::Status _status = (expr); !_status.ok()) [[unlikely]] { \
      return _status;                                                \
    }                                                                \
  } while (false)

// The same inside a coroutine.
#define ATTUNE_CO_RETURN_IF_ERROR(expr)                              \
  do {                                                               \
    if (absl::Status _status = (expr); !_status.ok()) [[unlikely]] { \
      co_return _status;                                             \
    }                                                                \
  } while (false)

#define ATTUNE_CONCAT_INNER(a, b) a##b
#define ATTUNE_CONCAT(a, b) ATTUNE_CONCAT_INNER(a, b)

// ATTUNE_ASSIGN_OR_RETURN(auto x, F()): x = *F(), or returns F's error.
#define ATTUNE_ASSIGN_OR_RETURN(lhs, expr) \
  ATTUNE_ASSIGN_OR_RETURN_IMPL(ATTUNE_CONCAT(_or_, __LINE__), lhs, expr, return )
#define ATTUNE_CO_ASSIGN_OR_RETURN(lhs, expr) \
  ATTUNE_ASSIGN_OR_RETURN_IMPL(ATTUNE_CONCAT(_or_, __LINE__), lhs, expr, co_return )
#define ATTUNE_ASSIGN_OR_RETURN_IMPL(var, lhs, expr, ret) \
  auto var = (expr);                                      \
  if (!var.ok()) [[unlikely]] {                           \
    ret var.status();                                     \
  }                                                       \
  lhs = *std::move(var)

#endif  // ATTUNE_BASE_ERROR_H_

// Reading the JSON that vendors send: bytes in, values out. A missing field, null, and a field of another type
// than the one asked for all read as "not there": vendors leave out and add as they like.
#ifndef ATTUNE_PROVIDER_VENDOR_JSON_H_
#define ATTUNE_PROVIDER_VENDOR_JSON_H_

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace attune {

// Longer waits that a vendor asks for are cut to this: nothing it sends may park a caller for days.
inline constexpr absl::Duration kMaxVendorWait = absl::Hours(1);
// Larger counts of tokens are cut to this, so that sums of them cannot overflow.
inline constexpr int64_t kMaxCount = 1'000'000'000'000;

// A text is parsed where it is if there is room for so many bytes behind it.
inline constexpr size_t kJsonPadding = simdjson::SIMDJSON_PADDING;

using JsonObject = simdjson::dom::object;

// The error object of a body or of an event. All text is valid UTF-8, of any length.
struct VendorError {
  std::string message;
  std::string type;   // "invalid_request_error", "RESOURCE_EXHAUSTED", …; may be empty
  std::string code;   // "context_length_exceeded", …, or a number in digits; may be empty
  std::string param;  // the refused parameter; may be empty
  std::optional<absl::Duration> retry_after;
};

// The parser of this thread, whose buffers, some tens of KiB, so need not be made for every answer and kept by every
// stream. What it parsed is good as long as this object, of which a thread has one at a time: nothing may be awaited
// meanwhile. Buffers that a very long text has made are freed with it.
class ParserOfThread {
 public:
  ParserOfThread() = default;
  ~ParserOfThread();
  ParserOfThread(const ParserOfThread&) = delete;
  ParserOfThread& operator=(const ParserOfThread&) = delete;

  simdjson::dom::parser& operator*() const;
};

// One JSON object, or an array whose first element is one, as Gemini wraps its errors. False if it is neither, or not
// UTF-8. The object lives in the parser.
bool ParseObject(simdjson::dom::parser& parser, std::string_view json, JsonObject& object);

// The same with all objects of an array; false if there is none, or anything else among them.
bool ParseObjects(simdjson::dom::parser& parser, std::string& json, std::vector<JsonObject>& objects);

std::string_view TextField(const JsonObject& from, std::string_view key);
// A count is never negative, and no more than kMaxCount.
std::optional<int64_t> CountField(const JsonObject& from, std::string_view key);
std::optional<JsonObject> ObjectField(const JsonObject& from, std::string_view key);
// Calls `visit` for each object in an array.
void VisitObjects(const JsonObject& from, std::string_view key, absl::FunctionRef<void(const JsonObject&)> visit);

// The error that a good response carries all the same. Only one that says something counts: some servers send
// `"error": null` or "" in good answers.
std::optional<VendorError> FindError(const JsonObject& root);

// The fields of an error object itself.
VendorError ErrorOf(const JsonObject& error);

// The error of a response whose status, or of an event whose name, says that it failed; nullopt if it holds none that
// we know.
std::optional<VendorError> ReadVendorError(std::string_view body);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_JSON_H_

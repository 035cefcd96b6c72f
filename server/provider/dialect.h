// What is peculiar to one vendor's API: its address, its body, its JSON. All else (the exchange, the framing of
// streams, how an answer ends, errors) is shared, see vendor_chat.h and vendor_answer.h. Pure; one object serves all
// threads.
#ifndef ATTUNE_PROVIDER_DIALECT_H_
#define ATTUNE_PROVIDER_DIALECT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/message.h"
#include "provider/provider.h"
#include "provider/vendor_json.h"

namespace attune {

// What a response or an event says of the tokens; later ones replace earlier ones, field by field.
struct UsageCounts {
  std::optional<int64_t> input;
  std::optional<int64_t> cached;         // read from the vendor's prompt cache
  std::optional<int64_t> outside_input;  // of the prompt, but not counted in `input`
  std::optional<int64_t> output;
  std::optional<int64_t> reasoning;  // part of output

  void Update(const UsageCounts& later);
  Usage ToUsage() const;
};

// What one whole answer, or one event of a stream, brings.
struct AnswerPart {
  std::optional<VendorError> error;
  bool is_answer = false;  // it has what makes it an answer, such as a choice
  std::string text;        // the new text only; also that of a refusal
  bool refused = false;
  std::optional<FinishReason> finish_reason;  // the answer's text is whole
  bool end = false;                           // no event after this one matters
  std::string_view model;                     // lives as long as the JSON that was read
  UsageCounts usage;
  std::vector<TokenLogprob> logprobs;  // of the new text
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  // What the API cannot express; most can express all. INVALID_ARGUMENT.
  virtual absl::Status Check(const ModelRequest& /*request*/) const { return absl::OkStatus(); }
  // Appended to the base URL, so it begins with a slash.
  virtual std::string Path(const ModelRequest& request, bool stream) const = 0;
  // With the key, which may be empty.
  virtual std::vector<std::string> Headers(const std::string& api_key) const;
  // A field is there only if it was set: newer models refuse some even at their default. 0 is a set value.
  virtual std::string Body(const ModelRequest& request, bool stream) const = 0;
  // False: servers with this API are known that leave the finish reason out of whole answers.
  virtual bool AlwaysTellsFinish() const { return true; }
  virtual void ReadWhole(const JsonObject& root, AnswerPart& part) const = 0;
  virtual void ReadEvent(const JsonObject& root, AnswerPart& part) const = 0;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_DIALECT_H_

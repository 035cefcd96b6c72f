// What is peculiar to one vendor's API for embeddings: its address, its body, its JSON, its limits. All else is shared,
// see vendor_embed.h and embed_answer.h. Pure; one object serves all threads.
#ifndef ATTUNE_PROVIDER_EMBED_DIALECT_H_
#define ATTUNE_PROVIDER_EMBED_DIALECT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "provider/dialect.h"
#include "provider/embed_limits.h"
#include "provider/embedder.h"
#include "provider/vendor_json.h"

namespace attune {

// A vector as it came: nothing of it is checked yet.
struct FoundVector {
  std::optional<int64_t> index;  // of the text that it is said to belong to
  std::vector<float> numbers;    // empty: none could be read
};

// What a whole answer brings.
struct EmbedPart {
  std::vector<FoundVector> vectors;  // in the order of the answer
  std::string_view model;            // lives as long as the JSON that was read
  UsageCounts usage;
};

class EmbedDialect {
 public:
  virtual ~EmbedDialect() = default;

  virtual EmbedLimits Limits() const = 0;
  // What the API cannot express; most can express all. INVALID_ARGUMENT.
  virtual absl::Status Check(const EmbedRequest& /*request*/) const { return absl::OkStatus(); }
  // Appended to the base URL, so it begins with a slash.
  virtual std::string Path(const EmbedRequest& request) const = 0;
  // With the key, which may be empty.
  virtual std::vector<std::string> Headers(const std::string& api_key) const = 0;
  virtual std::string Body(const EmbedRequest& request) const = 0;
  virtual void Read(const JsonObject& root, EmbedPart& part) const = 0;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_EMBED_DIALECT_H_

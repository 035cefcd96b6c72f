// One question to Attune and its answer, as plain values. Fields and limits: proto/attune/v1/attune.proto.
#ifndef ATTUNE_ASK_REQUEST_H_
#define ATTUNE_ASK_REQUEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/message.h"
#include "base/money.h"
#include "base/trace.h"
#include "dataset/selection.h"
#include "provider/provider.h"

namespace attune {

struct Catalog;
class VectorShelf;

inline constexpr size_t kMaxReferenceBytes = 512;  // name, "@", version or alias
inline constexpr size_t kMaxInputBytes = 1 << 20;
inline constexpr size_t kMaxHistoryMessages = 256;
inline constexpr size_t kMaxHistoryBytes = 4 << 20;
inline constexpr size_t kMaxVariables = 256;
inline constexpr size_t kMaxVariablesBytes = 4 << 20;  // names and values together
inline constexpr size_t kMaxUserBytes = 256;
inline constexpr size_t kMaxAskLabels = 64;
inline constexpr size_t kMaxAskLabelBytes = 256;  // of a key or a value

struct AskRequest {
  std::string prompt;  // reference; empty: "default"
  std::string input;
  StringMap variables;
  std::vector<Message> history;
  std::string user;
  Parameters overrides;
  std::string request_id;
  int64_t min_revision = 0;
  int64_t at_revision = 0;
  StringMap labels;
  double token_ratio = 0;  // for the token budget; 0: with at_revision 1, else what was learnt of the model
};

// Sizes and ranges of every field: INVALID_ARGUMENT (TOO_LARGE, BAD_REVISION, BAD_PARAMETER).
absl::Status CheckAskRequest(const AskRequest& request);

// CANCELLED (CANCELLED).
absl::Status CallerWentAway();

struct Provenance {
  int64_t revision = 0;
  std::string prompt;
  int64_t prompt_version = 0;
  std::string dataset;  // empty: no examples
  int64_t dataset_version = 0;
  std::vector<std::string> example_ids;  // in the order shown
  double token_ratio = 0;                // that the token budget was kept with; 0: there is none
  bool fell_back_to_lexical = false;     // the strategy needs vectors, and there were none
};

struct Timing {
  absl::Duration total;
  absl::Duration provider;
  absl::Duration first_text;           // zero: nothing was streamed
  absl::Duration provider_first_text;  // the same, from the call of the provider
  int32_t attempts = 0;                // calls of providers
  absl::Duration embedding;            // waiting for the embedding model
};

// What embedding the question took; nothing, if no model was asked.
struct EmbeddingUse {
  int64_t tokens = 0;                   // 0 as well if the model's provider told of none
  std::optional<Money> cost = Money();  // nullopt: unknown
};

struct AskResult {
  std::string text;
  std::string interaction_id;
  Provenance provenance;
  std::string model;  // "provider/model"; of a route, the one that answered for it; empty: none was asked
  std::string route;  // "route/name", if a model answered for one
  FinishReason finish_reason = FinishReason::kUnspecified;
  Usage usage;
  Timing timing;
  double coverage = 0;
  bool cached = false;  // an earlier answer, given again
  EmbeddingUse embedding;
  std::optional<Money> model_cost;  // of the model's calls alone; nullopt: unknown
  std::optional<Money> cost;        // with the embedding's
  std::vector<TokenLogprob> logprobs;
  bool fallback = false;  // another model of the route had failed before
  bool repaired = false;  // the first answer did not fit the schema
};

// What an evaluation changes about an Ask, and the trace that it belongs to.
struct AskVariant {
  // What it is answered from, with all versions that were kept then; null: the newest.
  std::shared_ptr<const Catalog> catalog = nullptr;
  // Vectors that are taken where a version had its own among them; null, or where it had not: the newest.
  std::shared_ptr<const VectorShelf> vectors = nullptr;
  std::optional<Exclusion> exclusion;
  std::optional<Strategy> strategy;
  std::optional<Choice> choice;
  bool record = true;                                 // false: neither as an interaction nor as a span
  std::shared_ptr<const TraceScope> trace = nullptr;  // its caller's; null: none
  Span* span = nullptr;                               // its own, while it is being made; the Asker's
};

// Receives a streamed answer. Called on the I/O thread of the Ask, never after Ask has returned.
class AskSink : public TextSink {
 public:
  // Once, before any text.
  virtual absl::Status OnStart(const AskResult& start) = 0;
};

}  // namespace attune

#endif  // ATTUNE_ASK_REQUEST_H_

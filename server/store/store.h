// What must outlive the process, as a seam. Two stores apart (DESIGN §5): the small ordered catalog log that start-up
// replays, and the large append-only rest (interactions, feedback, evaluations) that is read by key and by page.
//
// Payloads are opaque bytes to the store. All calls block and are thread-safe; none may be made on an I/O thread.
// Every write is done whole or not at all.
// Errors of every call: UNAVAILABLE (STORE_UNAVAILABLE: metadata `path` and `cause`: disk full, read-only, I/O error);
// nothing was changed then, and later calls may succeed again. DATA_LOSS (STORE_CORRUPT) if what is read is damaged.
// INVALID_ARGUMENT (PAYLOAD_TOO_LARGE, metadata `limit`) for a payload over kMaxPayloadBytes.
#ifndef ATTUNE_STORE_STORE_H_
#define ATTUNE_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace attune {

inline constexpr size_t kMaxPayloadBytes = size_t{512} << 20;  // of one record
inline constexpr size_t kMaxListRows = 10'000;                 // of one list call; larger limits mean this one
inline constexpr size_t kMaxListBytes = size_t{16} << 20;      // payloads of one list of interactions

// One commit of the catalog.
struct LogRecord {
  int64_t revision = 0;  // 1, 2, 3 ... without gaps
  std::string payload;
};

struct InteractionRecord {
  std::string id;           // unique; sorts by time of creation
  int64_t time_us = 0;      // since the Unix epoch
  std::string prompt;       // name
  int32_t status_code = 0;  // gRPC code of the answer
  std::string payload;
};

struct FeedbackRecord {
  std::string id;  // unique
  std::string interaction_id;
  int64_t time_us = 0;
  std::string payload;
};

struct InteractionFilter {
  std::string prompt = {};     // empty: any
  bool with_feedback = false;  // only those
  bool failed = false;         // only those with status_code != 0
  std::string before_id = {};  // only ids smaller than this; empty: from the newest
  size_t limit = 50;
};

// What an embedding model made of a text.
struct VectorRecord {
  std::string key;             // unique; a hash of all that decides the numbers, opaque to the store
  std::vector<float> numbers;  // not empty
};

struct FoundVectors {
  std::vector<std::vector<float>> vectors;  // in the order of the keys; empty: it is not there
  int64_t damaged = 0;                      // records that did not match their checksums; given as not there
};

struct EvaluationRecord {
  std::string id;
  int64_t time_us = 0;  // of creation
  int32_t state = 0;    // numbers of attune.v1.EvaluationState
  std::string payload;
};

class Store {
 public:
  virtual ~Store() = default;

  // "memory", or the path of the file: for people.
  virtual std::string Describe() const = 0;

  // --- catalog log ---
  // Appends all records or none; durable when it returns OK. Revisions continue the log without a gap, else
  // FAILED_PRECONDITION (REVISION_GAP).
  virtual absl::Status AppendCatalog(absl::Span<const LogRecord> records) = 0;
  // Calls `visit` for every record with revision > `after`, in order; its error ends the replay and is returned.
  // Nothing is locked during a visit, so it may call the store. DATA_LOSS (STORE_CORRUPT, metadata `revision`, `path`)
  // at the first record that is missing or damaged; those before it were visited.
  virtual absl::Status ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) = 0;

  // --- interactions: may be lost with a power cut until the next durable call, never with a killed process ---
  // An id that is there already keeps its first record.
  virtual absl::Status AppendInteractions(absl::Span<const InteractionRecord> records) = 0;
  // nullopt: there is none.
  virtual absl::StatusOr<std::optional<InteractionRecord>> GetInteraction(std::string_view id) = 0;
  // Newest first. The record with which the payloads reach kMaxListBytes is the last one, whatever the limit.
  virtual absl::StatusOr<std::vector<InteractionRecord>> ListInteractions(const InteractionFilter& filter) = 0;

  // --- feedback: durable when it returns OK ---
  // Appending an id that is there already with the same interaction and payload does nothing; with another one it is
  // ALREADY_EXISTS (FEEDBACK_EXISTS). The interaction need not be there.
  virtual absl::Status AppendFeedback(const FeedbackRecord& record) = 0;
  // Oldest first, in order of appending within one microsecond; at most kMaxListRows.
  virtual absl::StatusOr<std::vector<FeedbackRecord>> ListFeedback(std::string_view interaction_id) = 0;

  // --- evaluations ---
  // Inserts or replaces; durable when it returns OK.
  virtual absl::Status PutEvaluation(const EvaluationRecord& record) = 0;
  virtual absl::StatusOr<std::optional<EvaluationRecord>> GetEvaluation(std::string_view id) = 0;
  // Newest first; only those older than the evaluation `before_id` if it is not empty (none if that is not there).
  virtual absl::StatusOr<std::vector<EvaluationRecord>> ListEvaluations(std::string_view before_id, size_t limit) = 0;
  // Results are numbered 0, 1, 2 ... by the caller; writing a number again replaces it. Kept as interactions are: a
  // power cut may take what was written after the last durable call.
  virtual absl::Status AppendResults(std::string_view evaluation_id, int64_t first,
                                     absl::Span<const std::string> payloads) = 0;
  // Those numbered first, first + 1 ... up to `limit` or to the first number that is not there.
  virtual absl::StatusOr<std::vector<std::string>> ListResults(std::string_view evaluation_id, int64_t first,
                                                               size_t limit) = 0;

  // --- vectors: a cache of what can be asked for again; kept as interactions are ---
  // A key that is there already gets the new numbers.
  virtual absl::Status PutVectors(absl::Span<const VectorRecord> records) = 0;
  // One for each key; a damaged one is no error. What the caller asks for at once it gets into memory at once.
  virtual absl::StatusOr<FoundVectors> GetVectors(absl::Span<const std::string> keys) = 0;
};

}  // namespace attune

#endif  // ATTUNE_STORE_STORE_H_

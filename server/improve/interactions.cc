#include "improve/interactions.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

// How long a call may hold its worker thread for what is on its way to the store; usually that takes milliseconds.
constexpr absl::Duration kLongestFlush = absl::Seconds(2);
constexpr absl::Duration kLongestFlushOfList = absl::Milliseconds(500);

absl::Status Unreadable(std::string_view id) {
  return Error(absl::StatusCode::kDataLoss, "STORE_CORRUPT")
      .Message(StrCat("interaction ", id, " or its feedback cannot be read"))
      .With("interaction", id);
}

absl::Status InteractionNotFound(const std::string& id) {
  return Error(absl::StatusCode::kNotFound, "INTERACTION_NOT_FOUND")
      .Message(StrCat("there is no interaction '", id, "'; the id is in every answer of Ask"))
      .With("interaction", id);
}

}  // namespace

absl::StatusOr<InteractionRecord> FindInteraction(Store& store, InteractionQueue& queue, const std::string& id) {
  ATTUNE_ASSIGN_OR_RETURN(std::optional<InteractionRecord> interaction, store.GetInteraction(id));
  if (interaction.has_value()) return *std::move(interaction);
  const absl::Status flushed = queue.Flush(kLongestFlush);
  ATTUNE_ASSIGN_OR_RETURN(interaction, store.GetInteraction(id));
  if (interaction.has_value()) return *std::move(interaction);
  return absl::IsUnavailable(flushed) || absl::IsDeadlineExceeded(flushed) ? flushed : InteractionNotFound(id);
}

absl::StatusOr<v1::Interaction> InteractionReader::Read(const InteractionRecord& record) {
  v1::Interaction interaction;
  if (!interaction.ParseFromString(record.payload)) return Unreadable(record.id);
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<FeedbackRecord> feedback, store_.ListFeedback(record.id));
  for (const FeedbackRecord& entry : feedback) {
    if (!interaction.add_feedback()->ParseFromString(entry.payload)) return Unreadable(record.id);
  }
  return interaction;
}

absl::StatusOr<v1::Interaction> InteractionReader::Get(const std::string& id) {
  ATTUNE_ASSIGN_OR_RETURN(const InteractionRecord record, FindInteraction(store_, queue_, id));
  return Read(record);
}

absl::StatusOr<v1::ListInteractionsResponse> InteractionReader::List(const InteractionFilter& filter,
                                                                     std::string& next) {
  // A store that takes nothing now can still be read; the status tells what waits.
  if (filter.before_id.empty()) queue_.Flush(kLongestFlushOfList).IgnoreError();
  InteractionFilter one_more = filter;
  one_more.limit = filter.limit + 1;  // tells whether there is a next page
  ATTUNE_ASSIGN_OR_RETURN(std::vector<InteractionRecord> records, store_.ListInteractions(one_more));
  size_t bytes = 0;
  for (const InteractionRecord& record : records) bytes += record.payload.size();
  // The store ends a list early where it gets too large.
  const bool more = records.size() > filter.limit || bytes >= kMaxListBytes;
  if (records.size() > filter.limit) records.resize(filter.limit);
  next = more && !records.empty() ? records.back().id : "";
  v1::ListInteractionsResponse response;
  for (const InteractionRecord& record : records) {
    ATTUNE_ASSIGN_OR_RETURN(*response.add_interactions(), Read(record));
  }
  return response;
}

}  // namespace attune

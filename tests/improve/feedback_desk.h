// The feedback book and the interaction reader over a store that a test can make fail.
#ifndef ATTUNE_TESTS_IMPROVE_FEEDBACK_DESK_H_
#define ATTUNE_TESTS_IMPROVE_FEEDBACK_DESK_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "ask/recorder.h"
#include "attune/v1/errors.pb.h"
#include "base/error.h"
#include "base/strings.h"
#include "improve/feedback.h"
#include "improve/interactions.h"
#include "store/memory_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/faulty_store.h"

namespace attune {

class FeedbackDesk {
 public:
  explicit FeedbackDesk(std::unique_ptr<Store> kept = NewMemoryStore()) : under(std::move(kept)) {}

  // Hands an answered question to the interaction log, as Ask does.
  void Answered(const std::string& id, const std::string& prompt = "faq", const absl::Status& status = {}) {
    AskRequest request;
    request.input = "how long is the warranty?";
    AskResult result;
    result.interaction_id = id;
    result.text = "one year";
    result.provenance.prompt = prompt;
    recorder.Record(request, result, status, clock.Now());
  }

  // The feedback of an interaction as the API shows it, oldest first.
  std::vector<v1::Feedback> FeedbackOf(const std::string& id) {
    const absl::StatusOr<v1::Interaction> interaction = reader.Get(id);
    EXPECT_TRUE(interaction.ok()) << interaction.status();
    if (!interaction.ok()) return {};
    return {interaction->feedback().begin(), interaction->feedback().end()};
  }

  FakeClock clock;
  std::unique_ptr<Store> under;
  FaultyStore store{*under};
  InteractionQueue queue{store};
  Recorder recorder{queue};
  FeedbackBook book{store, queue, clock};
  InteractionReader reader{store, queue};
};

inline v1::RecordFeedbackRequest Thumb(const std::string& interaction, v1::Thumb thumb = v1::UP,
                                       const std::string& request_id = "") {
  v1::RecordFeedbackRequest request;
  request.set_interaction_id(interaction);
  request.mutable_feedback()->set_thumb(thumb);
  request.set_request_id(request_id);
  return request;
}

// The path of the one field that a refusal names.
inline std::string BadFieldOf(const absl::Status& status) {
  v1::BadRequest bad;
  const auto payload = status.GetPayload(AbslView(kBadRequestUrl));
  if (!payload || !bad.ParseFromString(std::string(*payload)) || bad.field_violations_size() != 1) return "";
  return bad.field_violations(0).field();
}

}  // namespace attune

#endif  // ATTUNE_TESTS_IMPROVE_FEEDBACK_DESK_H_

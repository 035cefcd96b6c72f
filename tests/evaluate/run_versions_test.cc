// A run sees one state of the catalog, whatever is written and let go of meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/evaluate/evaluate_house.h"

namespace attune {
namespace {

using testing::Each;
using testing::HasSubstr;

class RunVersions : public testing::Test {
 protected:
  RunVersions() {
    PutExample("old");
    PutPrompt("faq");
  }

  void PutPrompt(const std::string& dataset) {
    house_.PutPrompt("default", {.messages = {{Role::kUser, "{{input}}"}},
                                 .few_shot = {.dataset = dataset, .selection = {.strategy = Strategy::kRandom}}});
  }
  // A version of its own, and the only one that is kept.
  void PutExample(const std::string& id) { house_.PutExamples("faq", {{.id = id, .input = "q", .output = "A"}}, 1); }

  absl::StatusOr<ModelAnswer> Answer(const ModelRequest& request) {
    if (++calls_ == write_at_) PutExample("new");
    if (calls_ == cancel_at_) {
      EXPECT_TRUE(house_.runner.Cancel("mine").ok());
      return absl::CancelledError("with the run");
    }
    return EvaluateHouse::EchoInput(request);
  }
  absl::Status Run(KeepingSink& sink) {
    v1::EvaluateRequest request = EvaluateHouse::EchoCases(10);
    request.set_evaluation_id("mine");
    request.set_concurrency(1);
    return house_.Run(request, sink);
  }

  int calls_ = 0;
  int write_at_ = 0;
  int cancel_at_ = 0;
  EvaluateHouse house_{[this](const ModelRequest& request) { return Answer(request); }};
};

TEST_F(RunVersions, AWriteThatLetsGoOfItsVersionChangesNothing) {
  write_at_ = 3;
  KeepingSink sink;
  ASSERT_TRUE(Run(sink).ok());
  const auto results = sink.results();
  ASSERT_EQ(results.size(), 10U);
  for (const v1::CaseResult& result : results) {
    EXPECT_EQ(result.status_code(), 0) << result.status_message();
    EXPECT_THAT(result.example_ids(), Each("old"));
    EXPECT_EQ(result.example_ids_size(), 1);
  }
  EXPECT_EQ(sink.report().candidates(0).failed(), 0);
}

TEST_F(RunVersions, OneWhoseVersionIsGoneDoesNotGoOn) {
  cancel_at_ = 4;
  KeepingSink first;
  ASSERT_FALSE(Run(first).ok());
  PutExample("new");
  const size_t stored = house_.StoredResults("mine").size();
  const int calls = calls_;
  KeepingSink second;
  const absl::Status refused = Run(second);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ErrorReason(refused), "VERSION_NOT_KEPT");
  EXPECT_EQ(ErrorMetadata(refused, "evaluation"), "mine");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("cannot go on"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("another evaluation_id"));
  EXPECT_EQ(calls_, calls);
  EXPECT_TRUE(second.events().empty());
  EXPECT_EQ(house_.StoredResults("mine").size(), stored);
  EXPECT_EQ(house_.runner.Get("mine")->state(), v1::CANCELLED) << "what was measured stays as it was";
}

TEST_F(RunVersions, APromptOfAVersionThatIsNotKeptIsRefusedBeforeTheFirstCall) {
  PutPrompt("faq@1");
  PutExample("new");
  const absl::Status refused = house_.Refusal(EvaluateHouse::EchoCases(2));
  EXPECT_EQ(ErrorReason(refused), "VERSION_NOT_KEPT") << refused;
  EXPECT_EQ(ErrorMetadata(refused, "candidate"), "default@3");
}

}  // namespace
}  // namespace attune

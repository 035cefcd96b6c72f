// While the dataset changes all the time, an Ask sees one version, never a mixture.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"

namespace attune {
namespace {

constexpr int kExamples = 4;  // as many as the default prompt shows
constexpr int kAskers = 3;
constexpr int kUpdates = 10'000;  // or as many as ATTUNE_CONSISTENCY_UPDATES says: sanitized servers are slow

int Updates() {
  const char* updates = std::getenv("ATTUNE_CONSISTENCY_UPDATES");
  return updates == nullptr ? kUpdates : std::max(2, std::atoi(updates));
}

// Every example's output is the number of the version that wrote it.
v1::UpdateDatasetRequest Update(int64_t number) {
  v1::UpdateDatasetRequest request;
  for (int i = 0; i < kExamples; ++i) {
    v1::Example* example = request.add_mutations()->mutable_upsert();
    example->set_id("e" + std::to_string(i));
    example->set_input("how do I reset password number " + std::to_string(i));
    example->set_output("version " + std::to_string(number));
  }
  return request;
}

// What an Ask was built from, rebuilt by RenderPrompt at the same revision: all outputs are of the version it names.
void CheckOneVersion(v1::Catalog::Stub& catalog, const std::string& question, int64_t revision, int64_t version) {
  v1::RenderPromptRequest render;
  render.mutable_request()->set_input(question);
  render.mutable_request()->set_at_revision(revision);
  v1::RenderPromptResponse rendered;
  grpc::ClientContext context;
  ASSERT_TRUE(catalog.RenderPrompt(&context, render, &rendered).ok());
  ASSERT_EQ(rendered.examples_size(), kExamples);
  for (const v1::ScoredExample& shown : rendered.examples()) {
    ASSERT_EQ(shown.example().output(), "version " + std::to_string(version));
  }
}

TEST(Consistency, AskNeverSeesAMixtureOfTwoVersions) {
  const TemporaryDirectory directory;
  AttunedProcess server({"--data", directory.File("attune.db")});
  ASSERT_TRUE(server.running()) << server.output();
  const auto writer = Connect<v1::Attune>(server.address());
  const auto write = [&](int64_t number) {
    grpc::ClientContext context;
    v1::UpdateDatasetResponse response;
    ASSERT_TRUE(writer->UpdateDataset(&context, Update(number), &response).ok());
    ASSERT_EQ(response.version(), number);
  };
  write(1);
  std::atomic<bool> done{false};
  std::atomic<int> asked{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < kAskers; ++i) {
    askers.emplace_back([&, i] {
      const auto attune = Connect<v1::Attune>(server.address());
      const auto catalog = Connect<v1::Catalog>(server.address());
      const std::string question = "how do I reset password number " + std::to_string(i);
      while (!done) {
        v1::AskResponse answer;
        ASSERT_TRUE(AskQuestion(*attune, question, &answer).ok());
        const int64_t version = answer.provenance().dataset_version();
        ASSERT_EQ(answer.text(), "version " + std::to_string(version));
        ASSERT_EQ(answer.provenance().example_ids_size(), kExamples);
        ASSERT_NO_FATAL_FAILURE(CheckOneVersion(*catalog, question, answer.provenance().revision(), version));
        ++asked;
      }
    });
  }
  for (int64_t number = 2; number <= Updates(); ++number) ASSERT_NO_FATAL_FAILURE(write(number));
  done = true;
  for (std::thread& asker : askers) asker.join();
  EXPECT_GT(asked.load(), 100);
}

}  // namespace
}  // namespace attune

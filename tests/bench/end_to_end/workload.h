// What the servers are asked, and the data that attuned holds meanwhile: synthetic, seeded, the same in every run.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_WORKLOAD_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_WORKLOAD_H_

#include <string>
#include <string_view>
#include <vector>

#include "attune/v1/attune.pb.h"
#include "attune/v1/catalog.pb.h"

namespace attune::bench {

inline constexpr int kSyntheticExamples = 10'000;
inline constexpr std::string_view kPromptName = "bench";
inline constexpr std::string_view kDatasetName = "bench";

class Workload {
 public:
  Workload();

  // The n-th question, 500 bytes with its variable, for a model such as "openai/d0" or "builtin/nearest".
  v1::AskRequest Ask(size_t n, std::string_view model) const;
  // System and user message, a variable, 4 examples by BM25 with MMR.
  v1::PutPromptRequest Prompt() const;
  // Twelve words each, drawn by Zipf's law.
  v1::UpdateDatasetRequest Examples() const;
  // One new example.
  v1::UpdateDatasetRequest Update(size_t n) const;
  // `cases` questions, `concurrency` at once.
  v1::EvaluateRequest Evaluate(int cases, int concurrency, std::string_view model) const;

 private:
  std::vector<std::string> examples_;
  std::vector<std::string> questions_;
  std::string context_;  // value of the variable
};

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_WORKLOAD_H_

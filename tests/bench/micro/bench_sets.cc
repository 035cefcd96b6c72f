#include "tests/bench/micro/bench_sets.h"

#include <map>

namespace attune {
namespace {

constexpr size_t kQuestions = 3'000;
constexpr size_t kMostBanking77Rows = 10'000;

BenchSet MakeBenchSet(size_t rows) {
  std::vector<LabelledQuestion> train;
  if (rows <= kMostBanking77Rows) train = LoadBanking77("train");
  if (train.size() < rows) {
    return {"made up", MakeQuestionDataset(MakeZipfQuestions(rows, kBenchWords, 1)),
            MakeZipfQuestions(kQuestions, kBenchWords, 2)};
  }
  train.resize(rows);
  return {"banking77", MakeQuestionDataset(train), LoadBanking77("test")};
}

}  // namespace

const BenchSet& BenchSetOf(int64_t rows) {
  static std::map<int64_t, BenchSet> made;
  const auto found = made.find(rows);
  if (found != made.end()) return found->second;
  return made.emplace(rows, MakeBenchSet(static_cast<size_t>(rows))).first->second;
}

}  // namespace attune

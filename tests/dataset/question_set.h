// Sets of questions for the slower quality tests and the benchmarks: the public banking77 set where it is at hand, and
// made-up questions of any number.
#ifndef ATTUNE_TESTS_DATASET_QUESTION_SET_H_
#define ATTUNE_TESTS_DATASET_QUESTION_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/dataset.h"

namespace attune {

struct LabelledQuestion {
  std::string text;
  std::string label;
};

// From a CSV file with a heading, in the data folder (tests/data_folder.h); empty if it is not there.
std::vector<LabelledQuestion> LoadLabelled(const std::string& file, const std::string& text_column,
                                           const std::string& label_column);

// `file`: "train" or "test"; empty if the set is not there.
std::vector<LabelledQuestion> LoadBanking77(const std::string& file);

// Questions of `words` made-up words whose frequencies follow Zipf's law, the same for the same seed. Labels are empty.
std::vector<LabelledQuestion> MakeZipfQuestions(size_t count, size_t words, uint64_t seed);

// Version 1 of a dataset with these questions, each with its label as the answer; ids are "q0", "q1" ...
DatasetPtr MakeQuestionDataset(const std::vector<LabelledQuestion>& questions);

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_QUESTION_SET_H_

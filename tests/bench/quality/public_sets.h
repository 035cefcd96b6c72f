// The public sets that retrieval is measured on. They are no part of the project: where the data folder
// (tests/data_folder.h) has none of them, what is here is empty.
#ifndef ATTUNE_TESTS_BENCH_QUALITY_PUBLIC_SETS_H_
#define ATTUNE_TESTS_BENCH_QUALITY_PUBLIC_SETS_H_

#include <memory>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/vector_index.h"
#include "tests/dataset/question_set.h"

namespace attune {

// A dataset, and questions that it should answer.
struct PublicSet {
  std::string name;
  DatasetPtr dataset;
  std::vector<LabelledQuestion> questions;
  // Of the dataset's rows, by builtin/hash-embedding; null: it was not asked for.
  std::shared_ptr<const VectorIndex> vectors = nullptr;
  bool empty() const { return questions.empty(); }
};

// The set's own split: train.csv is the dataset, test.csv the questions. Rows that were made from one template are on
// both sides; a question that is a training row but for case and punctuation does not see that row.
PublicSet Banking77();
PublicSet Bitext();
// The first ten rows of each intent, in the order of train.csv, and the same questions.
PublicSet BitextTenAnIntent();

// Gives the set the vectors of its rows, linked as the server links them.
void Embed(PublicSet& set);

// Messages that the bot has an answer for.
PublicSet Curekart();
// Those that it has none for.
std::vector<LabelledQuestion> CurekartUnanswerable();

// The sections of a help centre in one language ("en", "es", "fr", "zh"). Only their texts are indexed; the questions
// are title and section heading, each with the text that answers it as the label. No example has a label.
PublicSet HelpSections(const std::string& language);

}  // namespace attune

#endif  // ATTUNE_TESTS_BENCH_QUALITY_PUBLIC_SETS_H_

// Which column, or key of a JSON object, holds what.
//
// A name that the settings give is taken as it is written, else without regard to case. Otherwise the first of these
// that is there (case, and "_", "-" or spaces between words, make no difference):
//
//   input      prompt, question, query, instruction, input, utterance, sentence, user, message, scenario, text
//   output     completion, answer, response, reply, output, intent, category, label, class
//   labels     labels, label (if that is not the output)
//   id         id, example id
//   split      split
//   context    input, beside `instruction`: added to the input after a blank line
//   weight, variables, metadata: those names
//
// `title` beside `text`, with nothing better, is not guessed: either may be the question.
#ifndef ATTUNE_DATASET_COLUMNS_H_
#define ATTUNE_DATASET_COLUMNS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/importer.h"
#include "dataset/row_cell.h"

namespace attune {

inline constexpr int kNoColumn = -1;
inline constexpr std::string_view kNoColumnName = "-";  // in the settings: the file has none

// Positions in the row.
struct Columns {
  int input = kNoColumn;
  int output = kNoColumn;
  int context = kNoColumn;
  int label = kNoColumn;
  int id = kNoColumn;
  int split = kNoColumn;
  int weight = kNoColumn;
  int variables = kNoColumn;
  int metadata = kNoColumn;
};

// nullopt: `cause` says what is missing, what is there, and which option helps. Only the names of `cells` are read.
std::optional<Columns> FindColumns(const std::vector<RowCell>& cells, const ImportSettings& settings,
                                   std::string& cause);
// For rows whose input and output come from elsewhere: everything but input, output and context.
Columns FindFurtherColumns(const std::vector<RowCell>& cells, const ImportSettings& settings);

}  // namespace attune

#endif  // ATTUNE_DATASET_COLUMNS_H_

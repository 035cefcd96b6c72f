#include "client/cli/answer_lines.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/money.h"
#include "base/strings.h"
#include "client/enum_words.h"

namespace attune {
namespace {

constexpr double kLowCoverage = 0.1;  // below this the best example hardly has to do with the question

// What a reader must know of how the answer ended; empty if it ended well.
std::string Warning(const v1::AskResponse& answer) {
  switch (answer.finish_reason()) {
    case v1::LENGTH:
      return "the answer is incomplete: the cap on its tokens cut it (--max-tokens)";
    case v1::CONTENT_FILTER:
      return "the provider's filter withheld text";
    case v1::REFUSAL:
      return "the model declined to answer";
    case v1::LOW_COVERAGE:
      return "no model was asked: this is the prompt's own text for what its examples do not cover";
    default:
      break;
  }
  const v1::Provenance& built = answer.provenance();
  if (built.dataset().empty()) return "";
  if (built.dataset_version() == 0) {
    return StrCat("dataset ", built.dataset(), " is empty; fill it with: attune dataset import FILE");
  }
  if (answer.coverage() < kLowCoverage) {
    return StrCat("no example is like this question; add one with: attune dataset add ", built.dataset(),
                  " --input \"…\" --output \"…\"");
  }
  return "";
}

// Those of HYBRID are far below 1.
std::string Score(double score) { return score < 1 ? absl::StrFormat("%.4f", score) : absl::StrFormat("%.2f", score); }

// The second place as "#2 12.41"; "-" for an example that the ranking does not have among its first.
std::string Part(const v1::RankPart& part) {
  return part.rank() == 0 ? "-" : StrCat("#", part.rank(), " ", Score(part.score()));
}

// "card 45 %, abroad 30 %": the words that made the score.
std::string Words(const v1::ScoredExample& scored) {
  std::string text;
  for (const v1::WordShare& word : scored.words()) {
    StrAppend(&text, text.empty() ? "" : ", ", word.word().empty() ? "(across words)" : word.word(),
              absl::StrFormat(" %.0f %%", word.share() * 100));
  }
  return text;
}

}  // namespace

std::string DescribeAnswer(const v1::AskResponse& answer) {
  const v1::Provenance& built = answer.provenance();
  std::string line = StrCat(built.prompt(), "@", built.prompt_version());
  if (!built.dataset().empty()) {
    const int examples = built.example_ids_size();
    StrAppend(&line, " with ", examples, examples == 1 ? " example" : " examples", " of ", built.dataset(), "@",
              built.dataset_version(), built.fell_back_to_lexical() ? " (by words: vectors are missing)" : "");
    StrAppend(&line, absl::StrFormat(", coverage %.2f", answer.coverage()));
  }
  StrAppend(&line, ", ", answer.model().empty() ? "no model" : answer.model());
  if (answer.timing().attempts() > 1) StrAppend(&line, " (attempt ", answer.timing().attempts(), ")");
  if (answer.usage().reported()) {
    StrAppend(&line, ", ", answer.usage().input_tokens(), "+", answer.usage().output_tokens(), " tokens");
  }
  if (!answer.cost().currency().empty() && !answer.cached()) {
    StrAppend(&line, ", ", FormatMoney({.nanos = answer.cost().nanos(), .currency = answer.cost().currency()}));
  }
  if (answer.repaired()) line += ", repaired to fit the schema";
  StrAppend(&line, absl::StrFormat(", %.1f ms", static_cast<double>(answer.timing().total_us()) / 1000));
  return StrCat(line, ", interaction ", answer.interaction_id(), answer.cached() ? " (answered before)" : "");
}

void PrintAbout(const Session& session, const v1::AskResponse& answer) {
  session.Hint(DescribeAnswer(answer));
  const std::string warning = Warning(answer);
  const Console& console = session.console();
  if (!warning.empty()) console.err << console.OnErr(warning, Style::kYellow) << "\n";
}

Table ExampleTable(const google::protobuf::RepeatedPtrField<v1::ScoredExample>& examples) {
  const auto any = [&](auto has) { return std::any_of(examples.begin(), examples.end(), has); };
  const bool explained = any([](const v1::ScoredExample& scored) { return !scored.words().empty(); });
  const bool by_meaning = any([](const v1::ScoredExample& scored) { return scored.has_semantic(); });
  std::vector<Column> columns = {Number("SCORE"), Number("COVERAGE"), Text("ID")};
  if (by_meaning) columns.insert(columns.end(), {Text("LEXICAL"), Text("SEMANTIC")});
  if (explained) columns.push_back(LongText("BY"));
  columns.push_back(LongText("INPUT"));
  columns.push_back(LongText("OUTPUT"));
  Table table(std::move(columns));
  for (const v1::ScoredExample& scored : examples) {
    std::vector<std::string> cells = {Score(scored.score()), absl::StrFormat("%.2f", scored.coverage()),
                                      scored.example().id()};
    if (by_meaning) cells.insert(cells.end(), {Part(scored.lexical()), Part(scored.semantic())});
    if (explained) cells.push_back(Words(scored));
    cells.push_back(scored.example().input());
    cells.push_back(scored.example().output());
    table.Add(std::move(cells));
  }
  return table;
}

}  // namespace attune

#include "client/cli/eval_flags.h"

#include <CLI/CLI.hpp>

#include "base/error.h"
#include "client/cli/flags.h"
#include "client/metric_spec.h"

namespace attune {
namespace {

absl::Status AddGrid(const EvalFlags& flags, v1::Grid& grid) {
  for (const std::string& model : flags.models) grid.add_models(model);
  for (const double temperature : flags.temperatures) grid.add_temperatures(temperature);
  for (const int32_t tokens : flags.max_tokens) grid.add_max_tokens(tokens);
  for (const int32_t shots : flags.shots) grid.add_shots(shots);
  for (const std::string& word : flags.strategies) {
    ATTUNE_ASSIGN_OR_RETURN(const v1::Strategy strategy, WordFlag<v1::Strategy>("--strategy", word));
    grid.add_strategies(strategy);
  }
  for (const std::string& word : flags.choices) {
    ATTUNE_ASSIGN_OR_RETURN(const v1::Choice choice, WordFlag<v1::Choice>("--choice", word));
    grid.add_choices(choice);
  }
  return absl::OkStatus();
}

}  // namespace

void AddEvalFlags(CLI::App& command, EvalFlags& flags) {
  command.add_option("-d,--dataset", flags.dataset, "Cases: the test split of this dataset; default: default");
  command.add_option("-f,--file", flags.cases.file, "Cases: a file (CSV, TSV, JSON, JSONL ...); - is stdin");
  command.add_option("--input-column", flags.cases.input_column, "Column or key of the questions in --file");
  command.add_option("--output-column", flags.cases.output_column, "Column or key of the expected answers in --file");
  command.add_option("-p,--prompt", flags.prompts, "Prompts to compare, the first is the baseline")->delimiter(',');
  command.add_option("-m,--model", flags.models, "Models to try")->delimiter(',');
  command.add_option("-t,--temperature", flags.temperatures, "Temperatures to try")->delimiter(',');
  command.add_option("--max-tokens", flags.max_tokens, "Caps on the answer to try")->delimiter(',');
  command.add_option("-k,--shots", flags.shots, "Numbers of examples to try")->delimiter(',');
  command.add_option("--strategy", flags.strategies, "lexical, random, fixed")->delimiter(',');
  command.add_option("--choice", flags.choices, "How matches become a set: mmr, term_cover")->delimiter(',');
  command.add_option(
      "--metric", flags.metrics,
      "exact, contains, regex:PATTERN, numeric[:TOLERANCE], token_f1; NAME=... names one, exact:case,punctuation,space "
      "lets these count; the first decides; default: exact");
  command.add_option("--repeats", flags.repeats, "How often each case is asked, 1 to 100")->capture_default_str();
  command.add_option("--concurrency", flags.concurrency, "Calls at once, 1 to 1024")->capture_default_str();
  command.add_option("--max-cases", flags.max_cases, "At most so many, drawn evenly; 0: all")->capture_default_str();
  command.add_option("--seed", flags.seed, "Of that draw");
  command.add_option("--id", flags.id, "Id of the evaluation; default: made by the server");
  command.add_option("--description", flags.description, "Why, for people");
  command
      .add_option("--fail-under", flags.fail_under,
                  "Exit with 1 if the first metric's mean of any candidate is below this, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  command.add_flag("--detach", flags.detach, "Start it and return; `attune eval show ID` has the report");
  command.add_option("--wrong", flags.wrong, "How many wrong answers of the first candidate to show")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
}

absl::StatusOr<v1::EvaluateRequest> ToRequest(const EvalFlags& flags) {
  if (!flags.dataset.empty() && !flags.cases.file.empty()) {
    return BadFlag("--file", "cases come from a file or from a dataset; name one of the two");
  }
  if (flags.detach && flags.fail_under.has_value()) {
    return BadFlag("--fail-under", "needs the report, which --detach does not wait for");
  }
  v1::EvaluateRequest request;
  if (flags.cases.file.empty()) {
    request.set_dataset(flags.dataset.empty() ? "default" : flags.dataset);
  } else {
    ATTUNE_RETURN_IF_ERROR(ReadCases(flags.cases, request));
  }
  for (const std::string& prompt : flags.prompts) request.add_candidates()->set_prompt(prompt);
  ATTUNE_RETURN_IF_ERROR(AddGrid(flags, *request.mutable_grid()));
  for (const std::string& spec : flags.metrics) {
    ATTUNE_ASSIGN_OR_RETURN(*request.add_metrics(), ParseMetric(spec));
  }
  request.set_repeats(flags.repeats);
  request.set_concurrency(flags.concurrency);
  request.set_max_cases(flags.max_cases);
  request.set_seed(flags.seed);
  request.set_evaluation_id(flags.id);
  request.set_description(flags.description);
  request.set_detached(flags.detach);
  return request;
}

}  // namespace attune

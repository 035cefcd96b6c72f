#include "client/cli/ask_flags.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "client/cli/flags.h"

namespace attune {

void AddAskFlags(CLI::App& command, AskFlags& flags) {
  command.add_option("-p,--prompt", flags.prompt, "Prompt as name, name@7 or name@alias; default: default");
  command.add_option("-m,--model", flags.model, "Model as provider/model, in place of the prompt's own");
  command.add_option("-t,--temperature", flags.temperature, "0 to 2");
  command.add_option("--top-p", flags.top_p, "0 to 1");
  command.add_option("--max-tokens", flags.max_tokens, "Most tokens of the answer");
  command.add_option("-k,--shots", flags.shots, "How many examples to show");
  command.add_option("--seed", flags.seed, "For repeatable answers, where the provider can");
  command.add_option("--stop", flags.stop, "Text that ends the answer; may be repeated")->allow_extra_args(false);
  command.add_flag("--fresh", flags.fresh, "Ask the provider even if the server's cache has an answer");
  command.add_option("--top-logprobs", flags.top_logprobs,
                     "Log-probabilities of the answer's tokens, with so many alternatives each; see --json");
  command.add_option("--var", flags.variables, "Value of a prompt's variable, as name=value; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--user", flags.user, "Who asks: keeps a split alias on one side");
  command.add_option("--label", flags.labels, "Recorded with the question, as name=value; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--at-revision", flags.at_revision, "Build the prompt as the data stood at this revision");
  command.add_option("--token-ratio", flags.token_ratio,
                     "With --at-revision: the token_ratio of the answer whose prompt is to be built again");
  command.add_option("--min-revision", flags.min_revision, "Wait until the data has reached this revision");
}

absl::StatusOr<v1::AskRequest> ToRequest(const AskFlags& flags) {
  v1::AskRequest request;
  request.set_prompt(flags.prompt);
  request.set_user(flags.user);
  request.set_request_id(flags.request_id);
  request.set_at_revision(flags.at_revision);
  request.set_token_ratio(flags.token_ratio);
  request.set_min_revision(flags.min_revision);
  ATTUNE_RETURN_IF_ERROR(AddPairs("--var", flags.variables, *request.mutable_variables()));
  ATTUNE_RETURN_IF_ERROR(AddPairs("--label", flags.labels, *request.mutable_labels()));
  v1::Parameters& overrides = *request.mutable_overrides();
  if (flags.model.has_value()) overrides.set_model(*flags.model);
  if (flags.temperature.has_value()) overrides.set_temperature(*flags.temperature);
  if (flags.top_p.has_value()) overrides.set_top_p(*flags.top_p);
  if (flags.max_tokens.has_value()) overrides.set_max_tokens(*flags.max_tokens);
  if (flags.shots.has_value()) overrides.set_max_examples(*flags.shots);
  if (flags.seed.has_value()) overrides.set_seed(*flags.seed);
  if (flags.fresh) overrides.set_cache(false);
  if (flags.top_logprobs.has_value()) overrides.set_top_logprobs(*flags.top_logprobs);
  for (const std::string& text : flags.stop) overrides.add_stop(text);
  return request;
}

absl::StatusOr<std::string> QuestionOf(const std::vector<std::string>& words, bool in_is_terminal) {
  const bool from_stdin = words.empty() || (words.size() == 1 && words.front() == "-");
  if (!from_stdin) return absl::StrJoin(words, " ");
  if (words.empty() && in_is_terminal) return BadFlag("question", "is missing; write it after the command, in quotes");
  ATTUNE_ASSIGN_OR_RETURN(std::string text, ReadWhole("-"));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

}  // namespace attune

#include "client/cli/put_prompt.h"

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/flags.h"
#include "client/cli/move_alias.h"

namespace attune {
namespace {

absl::StatusOr<v1::PutPromptResponse> Put(Session& session, const v1::Prompt& prompt, const PutFlags& flags,
                                          bool validate_only) {
  v1::PutPromptRequest request;
  *request.mutable_prompt() = prompt;
  if (flags.expected_version.has_value()) request.set_expected_version(*flags.expected_version);
  request.set_validate_only(validate_only);
  if (!validate_only) request.set_request_id(flags.request_id);
  return session.client().PutPrompt(request);
}

void PrintPut(const Session& session, const v1::PutPromptResponse& response, bool dry_run) {
  const v1::Prompt& prompt = response.prompt();
  std::ostream& out = session.console().out;
  out << "prompt " << prompt.name() << ": ";
  if (!response.created()) {
    out << "unchanged, version " << prompt.version() << " has this content already\n";
  } else if (dry_run) {
    out << "would become version " << prompt.version() << "\n";
  } else {
    out << "version " << prompt.version() << " created (revision " << response.revision() << ")\n";
  }
}

absl::Status MoveAliases(Session& session, const PromptFile& file, int64_t version) {
  for (const std::string& alias : file.aliases) {
    ATTUNE_ASSIGN_OR_RETURN(const bool moved, MovePromptAlias(session, file.prompt.name(), alias, version));
    if (moved && !session.json()) {
      session.console().out << "alias " << file.prompt.name() << "@" << alias << " → " << version << "\n";
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PromptFile>> ReadAll(const std::vector<std::string>& files, const PutFlags& flags) {
  std::vector<PromptFile> prompts;
  for (const std::string& name : files) {
    ATTUNE_ASSIGN_OR_RETURN(const std::string text, ReadWhole(name));
    ATTUNE_ASSIGN_OR_RETURN(PromptFile file, ParsePromptFile(name == "-" ? "stdin" : name, text));
    if (!flags.name.empty()) file.prompt.set_name(flags.name);
    prompts.push_back(std::move(file));
  }
  return prompts;
}

}  // namespace

absl::StatusOr<bool> MovePromptAlias(Session& session, const std::string& prompt, const std::string& alias,
                                     int64_t version) {
  v1::SetAliasRequest request;
  request.set_prompt(prompt);
  request.set_alias(alias);
  request.set_version(version);
  return MoveAlias(session, request);
}

absl::Status PutPromptFiles(Session& session, const std::vector<std::string>& files, const PutFlags& flags) {
  if (files.size() > 1 && (!flags.name.empty() || flags.expected_version.has_value() || !flags.request_id.empty())) {
    return BadFlag("--name, --expected-version and --request-id", "are for one file");
  }
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<PromptFile> prompts, ReadAll(files, flags));
  for (size_t i = 0; i < prompts.size() && prompts.size() > 1 && !flags.dry_run; ++i) {
    ATTUNE_RETURN_IF_ERROR(Put(session, prompts[i].prompt, flags, true).status());
  }
  for (const PromptFile& file : prompts) {
    ATTUNE_ASSIGN_OR_RETURN(const auto response, Put(session, file.prompt, flags, flags.dry_run));
    if (!session.PrintJson(response)) PrintPut(session, response, flags.dry_run);
    if (!flags.dry_run) ATTUNE_RETURN_IF_ERROR(MoveAliases(session, file, response.prompt().version()));
  }
  return absl::OkStatus();
}

}  // namespace attune

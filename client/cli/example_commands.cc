#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/flags.h"
#include "client/cli/session.h"

namespace attune {
namespace {

// Flags of every change of examples.
struct ChangeFlags {
  std::string dataset = "default";
  std::string description, request_id;
  std::optional<int64_t> expected_version;
  bool dry_run = false;
};

void AddChangeFlags(CLI::App& command, ChangeFlags& flags) {
  command.add_option("--expected-version", flags.expected_version, "Refuse unless this is the latest; 0: unless new");
  command.add_option("--description", flags.description, "Why, for people");
  command.add_option("--request-id", flags.request_id, "Makes a retry safe");
  command.add_flag("--dry-run", flags.dry_run, "Do every check, change nothing");
}

absl::Status Update(Session& session, const ChangeFlags& flags, v1::UpdateDatasetRequest request) {
  request.set_dataset(flags.dataset);
  request.set_description(flags.description);
  request.set_request_id(flags.request_id);
  request.set_validate_only(flags.dry_run);
  if (flags.expected_version.has_value()) request.set_expected_version(*flags.expected_version);
  ATTUNE_ASSIGN_OR_RETURN(const v1::UpdateDatasetResponse response, session.client().UpdateDataset(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  session.console().out << flags.dataset << "@" << response.version() << ": " << response.added() << " added, "
                        << response.updated() << " updated, " << response.deleted() << " deleted, "
                        << response.unchanged() << " unchanged (revision " << response.revision() << ")"
                        << (flags.dry_run ? "; dry run: nothing was changed" : "") << "\n";
  return absl::OkStatus();
}

void AddAdd(CLI::App& group, Session& session) {
  struct Flags {
    ChangeFlags change;
    std::string id, input, output;
    std::vector<std::string> labels, metadata, variables;
    double weight = 0;
    bool test = false;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* add = group.add_subcommand("add", "Add one example, or replace the one with the same id or question");
  add->add_option("dataset", flags->change.dataset, "Name")->capture_default_str();
  add->add_option("-i,--input", flags->input, "The question")->required();
  add->add_option("-o,--output", flags->output, "The good answer")->required();
  add->add_option("--id", flags->id, "Default: made from the question");
  add->add_option("--label", flags->labels, "Class of the example; may be repeated")->allow_extra_args(false);
  add->add_option("--var", flags->variables, "Value of a template variable, as name=value; may be repeated")
      ->allow_extra_args(false);
  add->add_option("--metadata", flags->metadata, "Anything, as name=value; may be repeated")->allow_extra_args(false);
  add->add_option("--weight", flags->weight, "Multiplies its score, and its chance to be drawn; default: 1");
  add->add_flag("--test", flags->test, "Hold it out for eval: never shown to the model");
  AddChangeFlags(*add, flags->change);
  session.OnRun(add, [flags](Session& s) -> absl::Status {
    v1::UpdateDatasetRequest request;
    v1::Example& example = *request.add_mutations()->mutable_upsert();
    example.set_id(flags->id);
    example.set_input(flags->input);
    example.set_output(flags->output);
    example.set_weight(flags->weight);
    example.set_split(flags->test ? v1::TEST : v1::TRAIN);
    example.mutable_labels()->Assign(flags->labels.begin(), flags->labels.end());
    ATTUNE_RETURN_IF_ERROR(AddPairs("--var", flags->variables, *example.mutable_variables()));
    ATTUNE_RETURN_IF_ERROR(AddPairs("--metadata", flags->metadata, *example.mutable_metadata()));
    return Update(s, flags->change, std::move(request));
  });
}

void AddDelete(CLI::App& group, Session& session) {
  struct Flags {
    ChangeFlags change;
    std::vector<std::string> ids;
    bool allow_missing = false;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* remove = group.add_subcommand("delete", "Delete examples by their ids");
  remove->add_option("dataset", flags->change.dataset, "Name")->required();
  remove->add_option("id", flags->ids, "Ids of examples")->required();
  remove->add_flag("--allow-missing", flags->allow_missing, "An id that is not there is no error");
  AddChangeFlags(*remove, flags->change);
  session.OnRun(remove, [flags](Session& s) {
    v1::UpdateDatasetRequest request;
    request.set_allow_missing(flags->allow_missing);
    for (const std::string& id : flags->ids) request.add_mutations()->set_delete_id(id);
    return Update(s, flags->change, std::move(request));
  });
}

}  // namespace

void AddExampleCommands(CLI::App& dataset, Session& session) {
  AddAdd(dataset, session);
  AddDelete(dataset, session);
}

}  // namespace attune

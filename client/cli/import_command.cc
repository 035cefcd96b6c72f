#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "client/cli/commands.h"
#include "client/cli/flags.h"
#include "client/cli/import_file.h"
#include "client/cli/session.h"

namespace attune {
namespace {

struct Flags {
  std::vector<std::string> files;
  std::string dataset, format, split, description, request_id;
  std::string input_column, output_column, label_column, id_column, split_column;
  std::vector<std::string> labels;
  double test_share = 0;
  bool dedupe = false, replace = false, output_as_label = false, dry_run = false;
  std::optional<int64_t> expected_version;
};

void AddFlags(CLI::App& command, Flags& flags) {
  command.add_option("file", flags.files, "Files: JSON, JSONL, chat JSONL, CSV, TSV or transcripts; - is stdin")
      ->required();
  command.add_option("-d,--dataset", flags.dataset, "Name of the dataset; default: default");
  command.add_option("--format", flags.format, "json, jsonl, chat_jsonl, csv, tsv or transcript; default: detected");
  command.add_option("--input-column", flags.input_column, "Column or key of the questions");
  command.add_option("--output-column", flags.output_column, "Column or key of the answers");
  command.add_option("--label-column", flags.label_column, "Column or key of the labels");
  command.add_option("--id-column", flags.id_column, "Column or key of the ids");
  command.add_option("--split-column", flags.split_column, "Column or key that says train or test");
  command.add_option("--split", flags.split, "train or test: of rows that do not say; default: train");
  command.add_option("--test-share", flags.test_share, "Hold this share back for eval, 0 to 1; always the same rows");
  command.add_option("--label", flags.labels, "Given to every row; may be repeated")->allow_extra_args(false);
  command.add_flag("--output-as-label", flags.output_as_label, "Use the answer as a label, too: for classification");
  command.add_flag("--dedupe", flags.dedupe, "Drop rows that say the same as an earlier one");
  command.add_flag("--replace", flags.replace, "Delete the examples that are not in the file");
  command.add_option("--expected-version", flags.expected_version, "Refuse unless this is the latest; 0: unless new");
  command.add_option("--description", flags.description, "Why, for people");
  command.add_option("--request-id", flags.request_id, "Makes a retry safe");
  command.add_flag("--dry-run", flags.dry_run, "Read and check everything, change nothing");
}

absl::StatusOr<v1::ImportOptions> ToOptions(const Flags& flags) {
  v1::ImportOptions options;
  options.set_dataset(flags.dataset);
  ATTUNE_ASSIGN_OR_RETURN(const v1::Format format, WordFlag<v1::Format>("--format", flags.format));
  ATTUNE_ASSIGN_OR_RETURN(const v1::Split split, WordFlag<v1::Split>("--split", flags.split));
  options.set_format(format);
  options.set_split(split);
  options.set_input_column(flags.input_column);
  options.set_output_column(flags.output_column);
  options.set_label_column(flags.label_column);
  options.set_id_column(flags.id_column);
  options.set_split_column(flags.split_column);
  options.set_test_share(flags.test_share);
  options.set_deduplicate(flags.dedupe);
  options.set_replace(flags.replace);
  options.set_output_as_label(flags.output_as_label);
  options.set_validate_only(flags.dry_run);
  options.set_description(flags.description);
  options.set_request_id(flags.request_id);
  if (flags.expected_version.has_value()) options.set_expected_version(*flags.expected_version);
  options.mutable_labels()->Assign(flags.labels.begin(), flags.labels.end());
  return options;
}

// What would be ambiguous with several files, each of which makes a version of its own.
absl::Status CheckSeveral(const Flags& flags) {
  if (flags.files.size() <= 1) return absl::OkStatus();
  if (flags.replace) return BadFlag("--replace", "takes one file: the second would delete what the first brought");
  if (!flags.request_id.empty()) return BadFlag("--request-id", "takes one file");
  if (flags.expected_version.has_value()) return BadFlag("--expected-version", "takes one file");
  for (const std::string& file : flags.files) {
    if (file == "-")
      return BadFlag("file", "stdin (-) must be the only file: it cannot be checked before it is imported");
  }
  return absl::OkStatus();
}

absl::Status Run(Session& session, const Flags& flags) {
  ATTUNE_RETURN_IF_ERROR(CheckSeveral(flags));
  ATTUNE_ASSIGN_OR_RETURN(v1::ImportOptions options, ToOptions(flags));
  if (flags.files.size() > 1 && !flags.dry_run) {  // none is imported unless all are right
    v1::ImportOptions check = options;
    check.set_validate_only(true);
    for (const std::string& file : flags.files) ATTUNE_RETURN_IF_ERROR(ImportFile(session, file, check).status());
  }
  for (const std::string& file : flags.files) {
    ATTUNE_ASSIGN_OR_RETURN(const v1::ImportDatasetResponse response, ImportFile(session, file, options));
    if (!session.PrintJson(response)) session.console().out << DescribeImport(file, options, response) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddImportCommand(CLI::App& group, Session& session) {
  CLI::App* command = group.add_subcommand("import", "Import files into a dataset: each makes one new version");
  const auto flags = std::make_shared<Flags>();
  AddFlags(*command, *flags);
  session.OnRun(command, [flags](Session& s) { return Run(s, *flags); });
}

}  // namespace attune

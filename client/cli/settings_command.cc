#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/session.h"

namespace attune {
namespace {

struct SettingsFlags {
  std::string name;
  std::optional<double> k1, b;
  std::optional<int32_t> keep_versions;
  std::string description, request_id;
};

absl::Status ChangeSettings(Session& session, const SettingsFlags& flags) {
  if (!flags.k1.has_value() && !flags.b.has_value() && !flags.keep_versions.has_value()) {
    return BadFlag("--k1", "is missing, and so are --b and --keep-versions: nothing to set");
  }
  v1::UpdateDatasetRequest request;
  request.set_dataset(flags.name);
  request.set_description(flags.description);
  request.set_request_id(flags.request_id);
  v1::DatasetSettings& settings = *request.mutable_settings();
  v1::LexicalSettings& lexical = *settings.mutable_lexical();
  if (flags.k1.has_value()) lexical.set_k1(*flags.k1);
  if (flags.b.has_value()) lexical.set_b(*flags.b);
  if (flags.keep_versions.has_value()) settings.set_keep_versions(*flags.keep_versions);
  ATTUNE_ASSIGN_OR_RETURN(const v1::UpdateDatasetResponse response, session.client().UpdateDataset(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  v1::GetDatasetRequest shown;
  shown.set_dataset(StrCat(flags.name, "@", response.version()));
  ATTUNE_ASSIGN_OR_RETURN(const v1::Dataset dataset, session.client().GetDataset(shown));
  session.console().out << flags.name << "@" << response.version() << " ranks with "
                        << DescribeLexical(dataset.settings().lexical()) << " and keeps " << DescribeKept(dataset)
                        << " (revision " << response.revision() << ")\n";
  return absl::OkStatus();
}

}  // namespace

void AddSettingsCommand(CLI::App& dataset, Session& session) {
  const auto flags = std::make_shared<SettingsFlags>();
  CLI::App* settings =
      dataset.add_subcommand("settings", "Change how words weigh and which versions are kept, in a new version");
  settings->add_option("name", flags->name, "Name")->required();
  settings->add_option("--k1", flags->k1, "How much repeated words count: above 0, at most 100; 1.2 to 2 is usual");
  settings->add_option("--b", flags->b, "How much the length of a text counts against it: 0 to 1");
  settings->add_option("--keep-versions", flags->keep_versions,
                       "So many of the latest versions stay readable; 0: all. What is let go of does not come back");
  settings->add_option("--description", flags->description, "Why, for people");
  settings->add_option("--request-id", flags->request_id, "Makes a retry safe");
  session.OnRun(settings, [flags](Session& s) { return ChangeSettings(s, *flags); });
}

}  // namespace attune

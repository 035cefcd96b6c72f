#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/pages.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace attune {
namespace {

struct SetFlags {
  std::string name;
  std::string alias;
  std::optional<int64_t> version;
  bool remove = false;
  int64_t canary = 0;
  double share = 0;
  std::optional<int64_t> expected;
  std::string description;
  std::string request_id;
};

template <typename Request>
void SetTarget(Request& request, AliasTarget target, const std::string& name) {
  if (target == AliasTarget::kPrompt) {
    request.set_prompt(name);
  } else {
    request.set_dataset(name);
  }
}

absl::Status SetAlias(Session& session, AliasTarget target, const SetFlags& flags) {
  if (flags.version.has_value() == flags.remove) {
    return BadFlag("version", "name the version that the alias is to point to, or --remove the alias");
  }
  v1::SetAliasRequest request;
  SetTarget(request, target, flags.name);
  request.set_alias(flags.alias);
  request.set_version(flags.version.value_or(0));
  request.set_canary_version(flags.canary);
  request.set_canary_share(flags.share);
  if (flags.expected.has_value()) request.set_expected(*flags.expected);
  request.set_description(flags.description);
  request.set_request_id(flags.request_id);
  ATTUNE_ASSIGN_OR_RETURN(const v1::SetAliasResponse response, session.client().SetAlias(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  session.console().out << flags.name << "@" << response.alias().name() << " → " << DescribeAlias(response.alias())
                        << " (revision " << response.revision() << ")\n";
  return absl::OkStatus();
}

absl::Status ShowHistory(Session& session, AliasTarget target, const std::string& name, const std::string& alias,
                         int limit) {
  v1::GetAliasHistoryRequest request;
  SetTarget(request, target, name);
  request.set_alias(alias);
  ATTUNE_ASSIGN_OR_RETURN(const auto response,
                          FetchPages(
                              request, limit, [&](const auto& page) { return session.client().GetAliasHistory(page); },
                              [](v1::GetAliasHistoryResponse & page) -> auto& { return *page.mutable_history(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Text("SINCE"), Text("VERSION"), Number("REVISION"), LongText("DESCRIPTION")});
  for (const v1::Alias& entry : response.history()) {
    table.Add({LocalTime(entry.update_time()), DescribeAlias(entry), StrCat(entry.revision()), entry.description()});
  }
  Print(session.console(), table, "the alias never pointed anywhere");
  HintMore(session, response);
  return absl::OkStatus();
}

void AddHistoryCommand(CLI::App& group, Session& session, AliasTarget target) {
  CLI::App* history = group.add_subcommand("history", "Where an alias pointed, newest first");
  const auto names = std::make_shared<std::pair<std::string, std::string>>();
  const auto limit = std::make_shared<int>(kUsualLimit);
  history->add_option("name", names->first, "Name")->required();
  history->add_option("alias", names->second, "Alias, as in production")->required();
  history->add_option("--limit", *limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(history, [=](Session& s) { return ShowHistory(s, target, names->first, names->second, *limit); });
}

}  // namespace

void AddAliasCommands(CLI::App& group, Session& session, AliasTarget target) {
  CLI::App* set = group.add_subcommand("alias", "Point a name, as in production, to a version");
  const auto flags = std::make_shared<SetFlags>();
  set->add_option("name", flags->name, "Name")->required();
  set->add_option("alias", flags->alias, "Alias, as in production or staging")->required();
  set->add_option("version", flags->version, "Version: 1, 2, 3 ...");
  set->add_flag("--remove", flags->remove, "Remove the alias");
  set->add_option("--canary", flags->canary, "A second version, which gets --share of the users");
  set->add_option("--share", flags->share, "0 to 1");
  set->add_option("--expected", flags->expected, "Refuse unless the alias points here now; 0: unless there is none");
  set->add_option("--description", flags->description, "Why, for people");
  set->add_option("--request-id", flags->request_id, "Makes a retry safe");
  session.OnRun(set, [flags, target](Session& s) { return SetAlias(s, target, *flags); });
  AddHistoryCommand(group, session, target);
}

}  // namespace attune

#include <CLI/CLI.hpp>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/session.h"

namespace attune {
namespace {

absl::Status Run(Session& session) {
  ATTUNE_ASSIGN_OR_RETURN(const v1::GetStatusResponse status, session.client().GetStatus(v1::GetStatusRequest()));
  if (session.PrintJson(status)) return absl::OkStatus();
  const Console& console = session.console();
  console.out << console.OnOut(StrCat("attuned ", status.version(), " at ", session.flags().server), Style::kBold)
              << "\n"
              << "up            " << absl::FormatDuration(absl::Seconds(status.uptime_seconds())) << "\n"
              << "data          " << status.store() << ", revision " << status.revision() << "\n"
              << "catalog       " << Grouped(status.prompts()) << " prompts, " << Grouped(status.datasets())
              << " datasets, " << Grouped(status.examples()) << " examples\n"
              << "questions     " << Grouped(status.asks()) << ", " << Grouped(status.asks_failed()) << " failed, "
              << Grouped(status.asks_in_flight()) << " being answered\n"
              << "interactions  " << Grouped(status.interactions_queued()) << " to be written, "
              << Grouped(status.interactions_dropped()) << " lost to a full queue\n"
              << "providers     " << absl::StrJoin(status.providers(), ", ") << "; default model "
              << status.default_model() << "\n";
  if (!status.warming_datasets().empty()) {
    console.out << "warming       vectors of " << absl::StrJoin(status.warming_datasets(), ", ")
                << ": searches by meaning are slower until they are linked\n";
  }
  for (const v1::TokenEstimate& learnt : status.token_estimates()) {
    console.out << "tokens        " << DescribeTokens(learnt) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddStatusCommand(CLI::App& app, Session& session) {
  session.OnRun(app.add_subcommand("status", "How the server is"), Run);
}

}  // namespace attune

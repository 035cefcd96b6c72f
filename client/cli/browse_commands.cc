#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/flags.h"
#include "client/cli/pages.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"

namespace attune {
namespace {

absl::Status ListExamples(Session& session, const v1::ListExamplesRequest& request, int limit) {
  ATTUNE_ASSIGN_OR_RETURN(const auto response,
                          FetchPages(
                              request, limit, [&](const auto& page) { return session.client().ListExamples(page); },
                              [](v1::ListExamplesResponse & page) -> auto& { return *page.mutable_examples(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Text("ID"), Text("SPLIT"), LongText("LABELS"), LongText("INPUT"), LongText("OUTPUT")});
  for (const v1::Example& example : response.examples()) {
    table.Add({example.id(), example.split() == v1::TEST ? "test" : "train", absl::StrJoin(example.labels(), ", "),
               example.input(), example.output()});
  }
  Print(session.console(), table, "no examples");
  HintMore(session, response);
  return absl::OkStatus();
}

void AddList(CLI::App& group, Session& session) {
  struct Flags {
    std::string dataset = "default";
    std::string split;
    int limit = kUsualLimit;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* list = group.add_subcommand("examples", "The examples of any version");
  list->add_option("dataset", flags->dataset, "name, name@7 or name@alias")->capture_default_str();
  list->add_option("--limit", flags->limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  list->add_option("--split", flags->split, "Only train, or only test");
  session.OnRun(list, [flags](Session& s) -> absl::Status {
    v1::ListExamplesRequest request;
    request.set_dataset(flags->dataset);
    ATTUNE_ASSIGN_OR_RETURN(const v1::Split split, WordFlag<v1::Split>("--split", flags->split));
    request.set_split(split);
    return ListExamples(s, request, flags->limit);
  });
}

void PrintExample(const Console& console, const char* mark, const v1::Example& example, Style style) {
  const std::string line =
      StrCat(mark, " ", example.id(), "  ", OneLine(example.input()), " → ", OneLine(example.output()));
  const bool shorten = console.out_is_terminal && console.width > 0;
  console.out << console.OnOut(shorten ? Shorten(line, console.width) : line, style) << "\n";
}

absl::Status Diff(Session& session, const v1::DiffDatasetRequest& request, int limit) {
  ATTUNE_ASSIGN_OR_RETURN(const auto response,
                          FetchPages(
                              request, limit, [&](const auto& page) { return session.client().DiffDataset(page); },
                              [](v1::DiffDatasetResponse & page) -> auto& { return *page.mutable_changes(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  for (const v1::ExampleChange& change : response.changes()) {
    if (change.has_before()) PrintExample(session.console(), "-", change.before(), Style::kRed);
    if (change.has_after()) PrintExample(session.console(), "+", change.after(), Style::kGreen);
  }
  session.console().out << response.added() << " added, " << response.updated() << " updated, " << response.deleted()
                        << " deleted\n";
  HintMore(session, response);
  return absl::OkStatus();
}

void AddDiff(CLI::App& group, Session& session) {
  struct Flags {
    std::string dataset;
    int64_t from = 0, to = 0;
    int limit = kUsualLimit;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* diff = group.add_subcommand("diff", "What changed from one version to another");
  diff->add_option("dataset", flags->dataset, "Name")->required();
  diff->add_option("from", flags->from, "Version")->required();
  diff->add_option("to", flags->to, "Version; default: the latest");
  diff->add_option("--limit", flags->limit, "At most so many changes; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(diff, [flags](Session& s) {
    v1::DiffDatasetRequest request;
    request.set_dataset(flags->dataset);
    request.set_from_version(flags->from);
    request.set_to_version(flags->to);
    return Diff(s, request, flags->limit);
  });
}

}  // namespace

void AddBrowseCommands(CLI::App& dataset, Session& session) {
  AddList(dataset, session);
  AddDiff(dataset, session);
}

}  // namespace attune

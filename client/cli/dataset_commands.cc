#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/answer_lines.h"
#include "client/cli/ask_flags.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/pages.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace attune {
namespace {

absl::Status ListDatasets(Session& session, int limit) {
  ATTUNE_ASSIGN_OR_RETURN(
      const auto response,
      FetchPages(
          v1::ListDatasetsRequest(), limit, [&](const auto& page) { return session.client().ListDatasets(page); },
          [](v1::ListDatasetsResponse & page) -> auto& { return *page.mutable_datasets(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Text("NAME"), Number("VERSION"), Number("EXAMPLES"), Number("TRAIN"), Number("TEST"), Text("CHANGED"),
               LongText("DESCRIPTION")});
  for (const v1::Dataset& dataset : response.datasets()) {
    table.Add({dataset.name(), StrCat(dataset.version()), Grouped(dataset.examples()),
               Grouped(dataset.train_examples()), Grouped(dataset.test_examples()), LocalTime(dataset.create_time()),
               dataset.description()});
  }
  Print(session.console(), table, "no datasets; make one with: attune dataset import FILE");
  HintMore(session, response);
  return absl::OkStatus();
}

absl::Status ListVersions(Session& session, const std::string& name, int limit) {
  v1::ListDatasetVersionsRequest request;
  request.set_dataset(name);
  ATTUNE_ASSIGN_OR_RETURN(
      const auto response,
      FetchPages(
          request, limit, [&](const auto& page) { return session.client().ListDatasetVersions(page); },
          [](v1::ListDatasetVersionsResponse & page) -> auto& { return *page.mutable_versions(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Number("VERSION"), Number("EXAMPLES"), Number("ADDED"), Number("UPDATED"), Number("DELETED"),
               Number("REVISION"), Text("CREATED"), LongText("DESCRIPTION")});
  for (const v1::Dataset& version : response.versions()) {
    table.Add({StrCat(version.version()), Grouped(version.examples()), Grouped(version.added()),
               Grouped(version.updated()), Grouped(version.deleted()), StrCat(version.revision()),
               LocalTime(version.create_time()), version.description()});
  }
  Print(session.console(), table, "no versions yet");
  HintMore(session, response);
  return absl::OkStatus();
}

absl::Status ShowDataset(Session& session, const std::string& reference) {
  v1::GetDatasetRequest request;
  request.set_dataset(reference);
  ATTUNE_ASSIGN_OR_RETURN(const v1::Dataset dataset, session.client().GetDataset(request));
  if (session.PrintJson(dataset)) return absl::OkStatus();
  const Console& console = session.console();
  console.out << console.OnOut(StrCat(dataset.name(), "@", dataset.version()), Style::kBold) << "\n"
              << "examples     " << Grouped(dataset.examples()) << " (" << Grouped(dataset.train_examples())
              << " for training, " << Grouped(dataset.test_examples()) << " for testing)\n"
              << "changed      " << LocalTime(dataset.create_time()) << ", revision " << dataset.revision() << ": "
              << dataset.added() << " added, " << dataset.updated() << " updated, " << dataset.deleted()
              << " deleted\n";
  if (!dataset.settings().embedding().model().empty()) {
    console.out << "embeddings   " << DescribeEmbedding(dataset) << "\n";
  }
  if (dataset.settings().has_lexical()) {
    console.out << "ranking      " << DescribeLexical(dataset.settings().lexical()) << "\n";
  }
  if (dataset.settings().keep_versions() > 0 || dataset.oldest_version() > 1) {
    console.out << "kept         " << DescribeKept(dataset) << "\n";
  }
  if (!dataset.description().empty()) console.out << "description  " << dataset.description() << "\n";
  if (!dataset.aliases().empty()) console.out << "aliases      " << Aliases(dataset.aliases()) << "\n";
  return absl::OkStatus();
}

absl::Status Search(Session& session, const v1::SearchExamplesRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const v1::SearchExamplesResponse response, session.client().SearchExamples(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  const bool by_words = request.strategy() == v1::STRATEGY_UNSPECIFIED || request.strategy() == v1::LEXICAL;
  Print(session.console(), ExampleTable(response.examples()),
        by_words ? "no example has a word of it" : "there are no examples");
  return absl::OkStatus();
}

absl::Status Rollback(Session& session, const v1::RollbackDatasetRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const v1::UpdateDatasetResponse response, session.client().RollbackDataset(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  session.console().out << request.dataset() << "@" << response.version() << " equals version " << request.version()
                        << ": " << response.added() << " added, " << response.updated() << " updated, "
                        << response.deleted() << " deleted (revision " << response.revision() << ")\n";
  return absl::OkStatus();
}

void AddLists(CLI::App& group, Session& session) {
  const auto limit = std::make_shared<int>(kUsualLimit);
  CLI::App* list = group.add_subcommand("list", "All datasets");
  list->add_option("--limit", *limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(list, [=](Session& s) { return ListDatasets(s, *limit); });

  const auto name = std::make_shared<std::string>("default");
  CLI::App* versions = group.add_subcommand("versions", "All versions of a dataset, newest first");
  versions->add_option("name", *name, "Name")->capture_default_str();
  versions->add_option("--limit", *limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(versions, [=](Session& s) { return ListVersions(s, *name, *limit); });

  CLI::App* show = group.add_subcommand("show", "Size, last change and aliases of a dataset");
  show->add_option("dataset", *name, "name, name@7 or name@alias")->capture_default_str();
  session.OnRun(show, [=](Session& s) { return ShowDataset(s, *name); });
}

void AddSearch(CLI::App& group, Session& session) {
  struct Flags {
    std::vector<std::string> words;
    std::string dataset = "default";
    std::string split, strategy;
    int limit = 10;
    bool explain = false;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* search = group.add_subcommand("search", "Examples most like a question, best first");
  search->add_option("question", flags->words, "The question; - reads it from stdin");
  search->add_option("-d,--dataset", flags->dataset, "name, name@7 or name@alias")->capture_default_str();
  search->add_option("--limit", flags->limit, "1 to 256")->capture_default_str();
  search->add_option("--split", flags->split, "Only train, or only test");
  search->add_option("--strategy", flags->strategy, "lexical (default), semantic or hybrid");
  search->add_flag("-x,--explain", flags->explain,
                   "Show which words of the question made each score, and rank and score by words and by meaning");
  session.OnRun(search, [flags](Session& s) -> absl::Status {
    v1::SearchExamplesRequest request;
    request.set_dataset(flags->dataset);
    request.set_limit(flags->limit);
    ATTUNE_ASSIGN_OR_RETURN(*request.mutable_query(), QuestionOf(flags->words, s.console().in_is_terminal));
    ATTUNE_ASSIGN_OR_RETURN(const v1::Split split, WordFlag<v1::Split>("--split", flags->split));
    request.set_split(split);
    ATTUNE_ASSIGN_OR_RETURN(const v1::Strategy strategy, WordFlag<v1::Strategy>("--strategy", flags->strategy));
    request.set_strategy(strategy);
    request.set_explain(flags->explain);
    return Search(s, request);
  });
}

void AddRollback(CLI::App& group, Session& session) {
  struct Flags {
    std::string name, description, request_id;
    int64_t version = 0;
    std::optional<int64_t> expected;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* rollback = group.add_subcommand("rollback", "Make a new version that equals an old one");
  rollback->add_option("name", flags->name, "Name")->required();
  rollback->add_option("version", flags->version, "The old version")->required();
  rollback->add_option("--expected-version", flags->expected, "Refuse unless this is the latest");
  rollback->add_option("--description", flags->description, "Why, for people");
  rollback->add_option("--request-id", flags->request_id, "Makes a retry safe");
  session.OnRun(rollback, [flags](Session& s) {
    v1::RollbackDatasetRequest request;
    request.set_dataset(flags->name);
    request.set_version(flags->version);
    request.set_description(flags->description);
    request.set_request_id(flags->request_id);
    if (flags->expected.has_value()) request.set_expected_version(*flags->expected);
    return Rollback(s, request);
  });
}

}  // namespace

void AddDatasetCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("dataset", "Datasets of examples: import, change, search, compare versions");
  group->require_subcommand(1);
  AddImportCommand(*group, session);
  AddExportCommand(*group, session);
  AddLists(*group, session);
  AddSearch(*group, session);
  AddStatsCommand(*group, session);
  AddExampleCommands(*group, session);
  AddEmbedCommand(*group, session);
  AddSettingsCommand(*group, session);
  AddBrowseCommands(*group, session);
  AddRollback(*group, session);
  AddAliasCommands(*group, session, AliasTarget::kDataset);
}

}  // namespace attune

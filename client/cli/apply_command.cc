// `attune apply`: what YAML files describe becomes so. Everything is read and checked before the first write.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/import_file.h"
#include "client/cli/move_alias.h"
#include "client/cli/put_prompt.h"
#include "client/cli/session.h"
#include "client/resource_file.h"

namespace attune {
namespace {

namespace fs = std::filesystem;

bool IsYaml(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

// The YAML files at and below the paths, sorted: the order must not depend on the disk.
absl::StatusOr<std::vector<std::string>> FindFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    fs::recursive_directory_iterator at(path, error);
    for (; !error && at != fs::end(at); at.increment(error)) {
      if (IsYaml(at->path()) && at->is_regular_file(error)) found.push_back(at->path().string());
    }
    if (error) return FileNotRead(path, error.message());
    if (found.empty()) return FileNotRead(path, "it holds no .yaml or .yml file");
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// All files' errors together: the first as the message, all as field violations.
absl::Status ReadFiles(const std::vector<std::string>& files, Resources& resources) {
  Error all(absl::StatusCode::kInvalidArgument, "BAD_FILE");
  bool failed = false;
  for (const std::string& file : files) {
    ATTUNE_ASSIGN_OR_RETURN(const std::string text, ReadWhole(file));
    const size_t before = resources.datasets.size();
    const absl::Status status = ParseResources(file == "-" ? "stdin" : file, text, resources);
    for (size_t i = before; i < resources.datasets.size(); ++i) {
      std::string& data = resources.datasets[i].file;
      if (file != "-" && data != "-") data = (fs::path(file).parent_path() / data).string();
    }
    if (status.ok()) continue;
    if (!failed) all.Message(StdView(status.message())).With("file", file);
    failed = true;
    for (const auto& [place, cause] : DetailsOf(status).fields) all.Field(place, cause);
  }
  return failed ? all.Build() : absl::OkStatus();
}

class Applier {
 public:
  Applier(Session& session, const Resources& resources, bool dry_run)
      : session_(session), resources_(resources), dry_run_(dry_run) {}

  absl::Status Run() {
    ATTUNE_RETURN_IF_ERROR(Pass(/*check=*/true));
    return dry_run_ ? absl::OkStatus() : Pass(/*check=*/false);
  }

 private:
  absl::Status Pass(bool check) {
    report_ = check == dry_run_;
    for (const DatasetFile& dataset : resources_.datasets) ATTUNE_RETURN_IF_ERROR(Import(dataset, check));
    for (const PromptFile& prompt : resources_.prompts) ATTUNE_RETURN_IF_ERROR(Put(prompt, check));
    if (check) return absl::OkStatus();  // aliases cannot be tried: their versions may come with this very apply
    for (const v1::SetAliasRequest& alias : resources_.aliases) ATTUNE_RETURN_IF_ERROR(Move(alias));
    return absl::OkStatus();
  }

  absl::Status Import(const DatasetFile& dataset, bool check) {
    v1::ImportOptions options = dataset.options;
    options.set_validate_only(check);
    ATTUNE_ASSIGN_OR_RETURN(const v1::ImportDatasetResponse response, ImportFile(session_, dataset.file, options));
    const bool changed = response.added() + response.updated() + response.deleted() > 0;
    Report(StrCat("dataset ", options.dataset()), changed,
           StrCat("version ", response.version(), ": ", Grouped(response.added()), " added, ",
                  Grouped(response.updated()), " updated, ", Grouped(response.deleted()), " deleted"),
           response);
    return absl::OkStatus();
  }

  absl::Status Put(const PromptFile& file, bool check) {
    v1::PutPromptRequest request;
    *request.mutable_prompt() = file.prompt;
    request.set_validate_only(check);
    const absl::StatusOr<v1::PutPromptResponse> response = session_.client().PutPrompt(request);
    if (!response.ok() && check && ComesWithThis(response.status())) return absl::OkStatus();
    if (!response.ok()) return response.status();
    const std::string name = StrCat("prompt ", file.prompt.name());
    Report(name, response->created(), StrCat("version ", response->prompt().version()), *response);
    for (size_t i = 0; i < file.aliases.size() && !check; ++i) {
      const int64_t version = response->prompt().version();
      ATTUNE_ASSIGN_OR_RETURN(const bool moved,
                              MovePromptAlias(session_, file.prompt.name(), file.aliases[i], version));
      if (!session_.json()) {
        Line(StrCat("alias ", file.prompt.name(), "@", file.aliases[i]), moved, StrCat("→ ", version));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Move(const v1::SetAliasRequest& request) {
    ATTUNE_ASSIGN_OR_RETURN(const bool moved, MoveAlias(session_, request));
    const std::string& name = request.has_prompt() ? request.prompt() : request.dataset();
    v1::Alias alias;
    alias.set_name(request.alias());
    alias.set_version(request.version());
    alias.set_canary_version(request.canary_version());
    alias.set_canary_share(request.canary_share());
    Report(StrCat("alias ", name, "@", request.alias()), moved, StrCat("→ ", DescribeAlias(alias)), alias);
    return absl::OkStatus();
  }

  // A prompt over a dataset that these files make cannot be checked before that is there.
  bool ComesWithThis(const absl::Status& status) const {
    const ErrorDetails details = DetailsOf(status);
    const auto name = details.metadata.find("dataset");
    return details.reason == "DATASET_NOT_FOUND" && name != details.metadata.end() &&
           std::any_of(resources_.datasets.begin(), resources_.datasets.end(),
                       [&](const DatasetFile& dataset) { return dataset.options.dataset() == name->second; });
  }

  void Report(const std::string& what, bool changed, const std::string& how,
              const google::protobuf::Message& response) {
    if (!report_) return;
    if (session_.json()) {
      session_.console().out << JsonLine(response) << "\n";
    } else {
      Line(what, changed, how);
    }
  }

  void Line(const std::string& what, bool changed, const std::string& how) {
    const Console& console = session_.console();
    console.out << what << ": "
                << (changed ? console.OnOut(StrCat(dry_run_ ? "would be " : "", how), Style::kGreen) : "unchanged")
                << "\n";
  }

  Session& session_;
  const Resources& resources_;
  const bool dry_run_;
  bool report_ = false;
};

absl::Status Run(Session& session, const std::vector<std::string>& paths, bool dry_run) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<std::string> files, FindFiles(paths));
  Resources resources;
  ATTUNE_RETURN_IF_ERROR(ReadFiles(files, resources));
  return Applier(session, resources, dry_run).Run();
}

}  // namespace

void AddApplyCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("apply", "Make prompts, datasets and aliases what YAML files say");
  const auto paths = std::make_shared<std::vector<std::string>>();
  const auto dry_run = std::make_shared<bool>(false);
  command->add_option("-f,--file", *paths, "YAML files, or directories of them; - is stdin")->required();
  command->add_flag("--dry-run", *dry_run, "Do every check, change nothing");
  session.OnRun(command, [=](Session& s) { return Run(s, *paths, *dry_run); });
}

}  // namespace attune

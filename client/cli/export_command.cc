#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>

#include "base/error.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/progress.h"
#include "client/cli/session.h"

namespace attune {
namespace {

struct Flags {
  std::string dataset = "default";
  std::string format;
  std::string split;
  std::string file;
};

v1::Format FormatOf(const std::string& file) {
  if (file.ends_with(".csv")) return v1::CSV;
  if (file.ends_with(".tsv")) return v1::TSV;
  if (file.ends_with(".json")) return v1::JSON;
  return v1::FORMAT_UNSPECIFIED;
}

absl::Status NotWritten(const std::string& file) {
  return Error(absl::StatusCode::kInvalidArgument, "FILE_NOT_WRITTEN")
      .Message(StrCat(file, ": cannot be written; is there such a directory, and space on the disk?"))
      .With("file", file);
}

absl::Status ExportTo(Session& session, const v1::ExportDatasetRequest& request, std::ostream& out,
                      const std::string& name) {
  ProgressBar progress(session.console(), "export");
  int64_t bytes = 0;
  ATTUNE_RETURN_IF_ERROR(session.client().ExportDataset(request, [&](std::string_view piece) -> absl::Status {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    bytes += static_cast<int64_t>(piece.size());
    if (!session.console().out_is_terminal || !name.empty()) progress.Update(bytes, 0, "bytes");
    return out.good() ? absl::OkStatus() : NotWritten(name.empty() ? "stdout" : name);
  }));
  return out.flush().good() ? absl::OkStatus() : NotWritten(name.empty() ? "stdout" : name);
}

// Into a file beside the named one, which takes its place when all of it is there.
absl::Status ExportToFile(Session& session, const v1::ExportDatasetRequest& request, const std::string& name) {
  const std::string unfinished = name + ".unfinished";
  absl::Status status;
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    if (!file) return NotWritten(name);
    status = ExportTo(session, request, file, name);
  }
  if (status.ok() && std::rename(unfinished.c_str(), name.c_str()) != 0) status = NotWritten(name);
  if (!status.ok()) std::remove(unfinished.c_str());
  return status;
}

absl::Status Run(Session& session, const Flags& flags) {
  v1::ExportDatasetRequest request;
  request.set_dataset(flags.dataset);
  ATTUNE_ASSIGN_OR_RETURN(const v1::Format format, WordFlag<v1::Format>("--format", flags.format));
  ATTUNE_ASSIGN_OR_RETURN(const v1::Split split, WordFlag<v1::Split>("--split", flags.split));
  request.set_format(format == v1::FORMAT_UNSPECIFIED ? FormatOf(flags.file) : format);
  request.set_split(split);
  if (flags.file.empty()) return ExportTo(session, request, session.console().out, "");
  ATTUNE_RETURN_IF_ERROR(ExportToFile(session, request, flags.file));
  session.Hint(StrCat(flags.dataset, " → ", flags.file));
  return absl::OkStatus();
}

}  // namespace

void AddExportCommand(CLI::App& group, Session& session) {
  CLI::App* command = group.add_subcommand("export", "Write a version of a dataset as a file");
  const auto flags = std::make_shared<Flags>();
  command->add_option("dataset", flags->dataset, "name, name@7 or name@alias")->capture_default_str();
  command->add_option("--format", flags->format,
                      "json, jsonl, chat_jsonl, csv or tsv; default: by the file's name, else jsonl");
  command->add_option("--split", flags->split, "Only train, or only test");
  command->add_option("-o,--output", flags->file, "File to write; default: stdout");
  session.OnRun(command, [flags](Session& s) { return Run(s, *flags); });
}

}  // namespace attune

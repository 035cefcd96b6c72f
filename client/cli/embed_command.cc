#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/mutex.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/progress.h"
#include "client/cli/session.h"

namespace attune {
namespace {

constexpr absl::Duration kLookAgain = absl::Milliseconds(250);

struct EmbedFlags {
  std::string name;
  std::optional<std::string> model;
  int dimensions = 0;
  bool off = false, wait = false;
  std::string description, request_id;
};

bool Done(const v1::Dataset& dataset) {
  const v1::EmbeddingProgress& now = dataset.embedding();
  return now.state() == v1::EMBEDDED && now.embedded() + now.refused() >= dataset.train_examples();
}

absl::StatusOr<v1::Dataset> Latest(Session& session, const std::string& name) {
  v1::GetDatasetRequest request;
  request.set_dataset(StrCat(name, "@latest"));
  return session.client().GetDataset(request);
}

absl::StatusOr<v1::UpdateDatasetResponse> SetModel(Session& session, const EmbedFlags& flags) {
  v1::UpdateDatasetRequest request;
  request.set_dataset(flags.name);
  request.set_description(flags.description);
  request.set_request_id(flags.request_id);
  v1::EmbeddingSettings& embedding = *request.mutable_settings()->mutable_embedding();
  embedding.set_model(flags.model.value_or(""));
  embedding.set_dimensions(flags.dimensions);
  return session.client().UpdateDataset(request);
}

// Until every example has its vector. What the model fails with is said once each time that it changes.
absl::StatusOr<v1::Dataset> WaitUntilEmbedded(Session& session, const std::string& name) {
  ProgressBar progress(session.console(), "embed");
  Mutex mutex;
  CondVar never;
  std::string said;
  while (true) {
    ATTUNE_ASSIGN_OR_RETURN(v1::Dataset dataset, Latest(session, name));
    if (!dataset.has_embedding() || Done(dataset)) return dataset;
    const v1::EmbeddingProgress& now = dataset.embedding();
    if (now.state() == v1::PAUSED && now.last_error() != said) {
      said = now.last_error();
      progress.Wipe();
      session.Hint(StrCat("the model failed and is asked again: ", said));
    }
    progress.Update(now.embedded(), dataset.train_examples(),
                    StrCat(Grouped(now.embedded()), "/", Grouped(dataset.train_examples())));
    MutexLock lock(mutex);
    never.WaitFor(lock, kLookAgain);
  }
}

absl::Status Embed(Session& session, const EmbedFlags& flags) {
  if (flags.model.has_value() && flags.off) return BadFlag("--off", "contradicts --model");
  if (!flags.model.has_value() && !flags.off && !flags.wait) {
    return BadFlag("--model", "is missing; or wait for the present one with --wait");
  }
  if (flags.model.has_value() || flags.off) {
    ATTUNE_ASSIGN_OR_RETURN(const v1::UpdateDatasetResponse response, SetModel(session, flags));
    if (!flags.wait && session.PrintJson(response)) return absl::OkStatus();
    if (!session.json()) {
      session.console().out << flags.name << "@" << response.version() << " has "
                            << (flags.off ? "no embedding model" : StrCat("the embedding model ", *flags.model))
                            << " (revision " << response.revision() << ")\n"
                            << std::flush;
    }
    if (!flags.wait) return absl::OkStatus();
  }
  ATTUNE_ASSIGN_OR_RETURN(const v1::Dataset dataset, WaitUntilEmbedded(session, flags.name));
  if (session.PrintJson(dataset)) return absl::OkStatus();
  session.console().out << DescribeEmbedding(dataset) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddEmbedCommand(CLI::App& dataset, Session& session) {
  const auto flags = std::make_shared<EmbedFlags>();
  CLI::App* embed = dataset.add_subcommand("embed", "Choose the embedding model of a dataset, or wait for its vectors");
  embed->add_option("name", flags->name, "Name")->required();
  embed->add_option("--model", flags->model, "provider/model, as in openai/text-embedding-3-small");
  embed->add_option("--dimensions", flags->dimensions, "Of a vector; 0: the model's own")->capture_default_str();
  embed->add_flag("--off", flags->off, "Without an embedding model");
  embed->add_flag("--wait", flags->wait, "Until every example has its vector, with a progress bar");
  embed->add_option("--description", flags->description, "Why, for people");
  embed->add_option("--request-id", flags->request_id, "Makes a retry safe");
  session.OnRun(embed, [flags](Session& s) { return Embed(s, *flags); });
}

}  // namespace attune

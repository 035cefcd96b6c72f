#include "client/cli/session.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/exit_codes.h"
#include "client/cli/text_width.h"

namespace attune {

AttuneClient& Session::client() {
  if (client_ == nullptr) {
    ClientOptions options;
    options.server = flags_.server;
    if (flags_.timeout_seconds.has_value()) {
      options.timeout = options.stream_timeout = absl::Seconds(*flags_.timeout_seconds);
    }
    client_ = std::make_unique<AttuneClient>(std::move(options));
  }
  return *client_;
}

void Session::OnRun(CLI::App* command, Action action) {
  command->callback([this, command, action = std::move(action)] {
    // CLI11 calls a command's parents as well; the innermost one was meant.
    if (command->get_subcommands().empty()) chosen_ = action;
  });
}

int Session::RunChosen() {
  const absl::Status status = chosen_ == nullptr ? absl::OkStatus() : chosen_(*this);
  console_.out << std::flush;
  if (status.ok()) return exit_code_;
  PrintError(status);
  return ExitCodeOf(status);
}

bool Session::PrintJson(const google::protobuf::Message& message) const {
  if (flags_.json) console_.out << JsonDocument(message);
  return flags_.json;
}

void Session::PrintError(const absl::Status& status) const {
  if (flags_.json) {
    console_.err << JsonOfError(status) << "\n";
    return;
  }
  const ErrorDetails details = DetailsOf(status);
  console_.err << console_.OnErr("error:", Style::kRed) << " " << WithoutControls(StdView(status.message())) << "\n";
  for (const auto& [field, description] : details.fields) {
    // The message names the first bad field in most cases; the others are new.
    const bool told = status.message().find(description) != absl::string_view::npos;
    if (!told) console_.err << "  " << OneLine(StrCat(field, ": ", description)) << "\n";
  }
  if (const auto partial = details.metadata.find("partial_text"); partial != details.metadata.end()) {
    console_.err << "  what arrived: " << OneLine(partial->second) << "\n";
  }
  if (details.retry_after.has_value()) {
    console_.err << "  try again in " << absl::FormatDuration(*details.retry_after) << "\n";
  }
}

void Session::Hint(const std::string& text) const { console_.err << console_.OnErr(text, Style::kDim) << "\n"; }

}  // namespace attune

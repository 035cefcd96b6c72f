#include "options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/strings.h"
#include "config_provider.h"
#include "otlp_headers.h"

namespace attune {
namespace {

bool IsMadeOf(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

// Not by its beginning alone: 127.example.com may be anywhere.
bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && IsMadeOf(host, "0123456789."));
}

// http:// or https://, a host, and no query, to which no path could be added.
bool IsHttpAddress(std::string_view url) {
  const size_t host = url.find("://") + 3;
  return (url.starts_with("http://") || url.starts_with("https://")) && host < url.size() && url[host] != '/' &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
}

absl::Status BadFlag(std::string_view flag, std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_FLAG").Message(StrCat(flag, ": ", why)).With("flag", flag);
}

// What a library would understand beyond one host and one port, such as a list, has no place in the flag.
absl::Status CheckAddress(std::string_view flag, std::string_view address, bool allow_remote) {
  const size_t colon = address.rfind(':');
  if (colon == 0 || colon == address.npos) return BadFlag(flag, "is not host:port");
  const std::string_view host = address.substr(0, colon), port = address.substr(colon + 1);
  int number = 0;
  if (!IsMadeOf(port, "0123456789") || !absl::SimpleAtoi(AbslView(port), &number) || number > 65'535) {
    return BadFlag(flag, "the port is a number from 0 to 65535");
  }
  if (host.find_first_of(", ") != host.npos) return BadFlag(flag, "is one address, not a list");
  if (IsLoopback(host) || allow_remote) return absl::OkStatus();
  return BadFlag(flag, StrCat(address,
                              " may be reached by other machines, and attuned has neither encryption nor log-in of its "
                              "own; listen on 127.0.0.1, or say --allow-remote-without-tls if a proxy or a private "
                              "network protects it"));
}

void AddFlags(CLI::App& app, Options& options, double& deadline_seconds, double& grace_seconds) {
  app.add_option("--listen", options.listen, "Address to serve on, host:port; port 0 takes a free one")
      ->capture_default_str();
  app.add_flag("--allow-remote-without-tls", options.allow_remote_without_tls,
               "Serve on an address that other machines reach, although everything is sent unencrypted and everyone "
               "who reaches it may read and change all data; metrics likewise");
  app.add_option("--metrics", options.metrics, "Address to serve metrics for Prometheus on, host:port; default: none");
  app.add_option("--log", options.log, "Log of failed calls on stderr: off, or json for a line each")
      ->check(CLI::IsMember({"off", "json"}))
      ->capture_default_str();
  app.add_option("--data", options.data, "File that holds everything")->capture_default_str();
  app.add_flag("--memory", options.memory, "Keep nothing: all data ends with the process");
  app.add_option("--io-threads", options.io_threads, "Threads that talk to callers and providers, 1 to 64")
      ->capture_default_str();
  app.add_option("--config", options.config,
                 "YAML file with providers, models, routes, limits and a cache; SIGHUP reads it again");
  app.add_flag("--check-config", options.check_config, "Say what is wrong with the file of --config, and end");
  app.add_option("--default-model", options.default_model, "Model of prompts that name none, as provider/model")
      ->capture_default_str();
  app.add_option("--default-deadline", deadline_seconds, "Seconds for callers that set no deadline")
      ->capture_default_str();
  app.add_option("--grace", grace_seconds, "Seconds that running calls get after SIGTERM")->capture_default_str();
  app.add_option("--max-in-flight", options.max_in_flight, "Questions answered at once; more are refused")
      ->capture_default_str();
  app.add_option("--otlp-endpoint", options.otlp_endpoint,
                 "OpenTelemetry collector that spans are sent to, such as http://127.0.0.1:4318 (OTLP/HTTP)")
      ->envname("OTEL_EXPORTER_OTLP_ENDPOINT");
  app.add_flag("--full-integrity-check", options.full_integrity_check, "Check every page of the file at the start");
}

}  // namespace

std::string Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

ParsedOptions ParseOptions(int argc, char** argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  CLI::App app("attuned serves Attune: it tunes a closed LLM without touching its weights.", "attuned");
  app.set_version_flag("--version", std::string("attuned ") + ATTUNE_VERSION);
  app.footer(
      "Environment:\n"
      "  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY\n"
      "      each switches its provider on: openai, anthropic, gemini\n"
      "  OPENAI_BASE_URL, ANTHROPIC_BASE_URL, GEMINI_BASE_URL\n"
      "      another server with the same API; the defaults are https://api.openai.com/v1,\n"
      "      https://api.anthropic.com/v1 and https://generativelanguage.googleapis.com/v1beta\n"
      "  OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_TRACES_HEADERS\n"
      "      headers for the collector, key1=value1,key2=value2 with values percent-encoded; the\n"
      "      second takes the place of the first");
  double deadline_seconds = absl::ToDoubleSeconds(options.default_deadline);
  double grace_seconds = absl::ToDoubleSeconds(options.grace);
  AddFlags(app, options, deadline_seconds, grace_seconds);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  options.default_deadline = absl::Seconds(deadline_seconds);
  options.grace = absl::Seconds(grace_seconds);
  options.openai = {Environment("OPENAI_API_KEY"), Environment("OPENAI_BASE_URL")};
  options.anthropic = {Environment("ANTHROPIC_API_KEY"), Environment("ANTHROPIC_BASE_URL")};
  options.gemini = {Environment("GEMINI_API_KEY"), Environment("GEMINI_BASE_URL")};
  options.otlp_headers = Environment("OTEL_EXPORTER_OTLP_HEADERS");
  options.otlp_traces_headers = Environment("OTEL_EXPORTER_OTLP_TRACES_HEADERS");
  return parsed;
}

namespace {

// Files end in a line feed, which is left out; another one would end the header that carries the key.
absl::Status CheckKey(const char* variable, const std::string& key) {
  if (IsOneLine(StdView(absl::StripAsciiWhitespace(key)))) return absl::OkStatus();
  return BadFlag(variable, "the key in this environment variable is more than one line");
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CollectorHeaders(const Options& options) {
  if (options.otlp_endpoint.empty()) return std::vector<std::string>();
  if (!options.otlp_traces_headers.empty()) {
    return ReadOtlpHeaders("OTEL_EXPORTER_OTLP_TRACES_HEADERS", options.otlp_traces_headers);
  }
  return ReadOtlpHeaders("OTEL_EXPORTER_OTLP_HEADERS", options.otlp_headers);
}

absl::Status CheckOptions(const Options& options) {
  ATTUNE_RETURN_IF_ERROR(CheckKey("OPENAI_API_KEY", options.openai.api_key));
  ATTUNE_RETURN_IF_ERROR(CheckKey("ANTHROPIC_API_KEY", options.anthropic.api_key));
  ATTUNE_RETURN_IF_ERROR(CheckKey("GEMINI_API_KEY", options.gemini.api_key));
  ATTUNE_RETURN_IF_ERROR(CheckAddress("--listen", options.listen, options.allow_remote_without_tls));
  if (!options.metrics.empty()) {
    ATTUNE_RETURN_IF_ERROR(CheckAddress("--metrics", options.metrics, options.allow_remote_without_tls));
  }
  if (options.check_config && options.config.empty()) return BadFlag("--check-config", "needs --config FILE");
  if (options.io_threads < 1 || options.io_threads > 64) return BadFlag("--io-threads", "must be 1 to 64");
  if (!(options.default_deadline > absl::ZeroDuration())) return BadFlag("--default-deadline", "must be above 0");
  if (!(options.grace >= absl::ZeroDuration())) return BadFlag("--grace", "must not be negative");
  if (options.max_in_flight < 1) return BadFlag("--max-in-flight", "must be at least 1");
  if (options.default_model.find('/') == std::string::npos) {
    return BadFlag("--default-model", "is written provider/model, as in builtin/nearest");
  }
  if (!options.otlp_endpoint.empty() && !IsHttpAddress(options.otlp_endpoint)) {
    return BadFlag("--otlp-endpoint",
                   "must be the address of a collector, such as http://127.0.0.1:4318, without a query; if it was not "
                   "given, it came from OTEL_EXPORTER_OTLP_ENDPOINT");
  }
  return CollectorHeaders(options).status();
}

}  // namespace attune

// The command line of attuned: the only flags there are.
#ifndef ATTUNE_OPTIONS_H_
#define ATTUNE_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace attune {

// How to reach one vendor. Both empty: the vendor is off.
struct VendorAccess {
  std::string api_key;
  std::string base_url;  // empty: the vendor's own
};

struct Options {
  std::string listen = "127.0.0.1:7117";  // host:port; port 0: any free one
  bool allow_remote_without_tls = false;
  std::string metrics;             // host:port of the metrics; empty: none
  std::string log = "off";         // of failed calls, on stderr: "off", or "json"
  std::string data = "attune.db";  // file of the store
  bool memory = false;             // keep nothing
  size_t io_threads = 1;
  std::string default_model = "builtin/nearest";
  absl::Duration default_deadline = absl::Seconds(60);
  absl::Duration grace = absl::Seconds(10);  // for running calls after SIGTERM
  int64_t max_in_flight = 10'000;
  bool full_integrity_check = false;
  std::string config;         // file, see config.h; empty: none
  bool check_config = false;  // only look at it
  // Of an OpenTelemetry collector that takes OTLP/HTTP, "http://127.0.0.1:4318"; empty: no spans are made.
  std::string otlp_endpoint;

  // From the environment.
  std::string otlp_headers;         // OTEL_EXPORTER_OTLP_HEADERS, as it is (otlp_headers.h)
  std::string otlp_traces_headers;  // OTEL_EXPORTER_OTLP_TRACES_HEADERS, which takes the place of the other
  VendorAccess openai;              // OPENAI_API_KEY, OPENAI_BASE_URL
  VendorAccess anthropic;           // ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL
  VendorAccess gemini;              // GEMINI_API_KEY, GEMINI_BASE_URL
};

// The value of an environment variable; empty if it is not set.
std::string Environment(const std::string& name);

// What to do: run with these options, or exit at once with this code (--help, --version, a bad flag; said on the
// terminal already).
struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;
};

ParsedOptions ParseOptions(int argc, char** argv);

// The headers that go with spans to the collector, "Name: value"; none without a collector. INVALID_ARGUMENT
// (BAD_FLAG).
absl::StatusOr<std::vector<std::string>> CollectorHeaders(const Options& options);

// Ranges, the headers for the collector, and the rule that without TLS only loopback is listened to, by API and
// metrics, unless the flag says otherwise.
absl::Status CheckOptions(const Options& options);

}  // namespace attune

#endif  // ATTUNE_OPTIONS_H_

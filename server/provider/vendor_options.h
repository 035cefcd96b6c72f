// Where a vendor's server is and how it is reached. Plain data.
#ifndef ATTUNE_PROVIDER_VENDOR_OPTIONS_H_
#define ATTUNE_PROVIDER_VENDOR_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace attune {

struct VendorOptions {
  std::string name;                        // as in "openai/gpt-4o-mini"
  std::string base_url;                    // with the API's version: "https://api.openai.com/v1"
  std::string api_key;                     // empty: none is sent
  std::string key_header;                  // that carries the key in place of the vendor's own way: "api-key" for Azure
  std::string query;                       // appended to every address: "api-version=2024-10-21" for Azure
  std::vector<std::string> extra_headers;  // "Name: value"
  std::optional<std::string> proxy;        // its URL; empty: none; not set: as the environment says
  std::string tls_ca;                      // file of the certificates that are trusted; empty: the system's
  absl::Duration connect_timeout = absl::Seconds(5);
  // Longest silence in a stream, also before its first byte. A whole answer is silent until it is done:
  // `answer_silence` holds for it instead.
  absl::Duration idle_timeout = absl::Seconds(60);
  absl::Duration answer_silence = absl::Minutes(10);
  // Of one attempt as a whole, so that a stalled one leaves time for another; the request's deadline holds beside it.
  absl::Duration attempt_timeout = absl::InfiniteDuration();
  size_t max_answer_bytes = 32 << 20;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_OPTIONS_H_

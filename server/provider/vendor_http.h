// From a vendor's options to HTTP: the headers and the request that all its APIs have in common. Pure but for the clock
// of the attempt's own limit.
#ifndef ATTUNE_PROVIDER_VENDOR_HTTP_H_
#define ATTUNE_PROVIDER_VENDOR_HTTP_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "http/http_client.h"
#include "provider/vendor_options.h"

namespace attune {

// The key as the vendor's own headers are to carry it; empty when another header does, or there is none.
std::string OwnKey(const VendorOptions& options);

// OpenAI's way to send the key, and that of all who copy it. None without a key.
std::vector<std::string> BearerHeaders(const std::string& api_key);

// The headers of every request to this vendor. `accepted`: the type of what is wanted; empty: any. `own` are those of
// its API, made with OwnKey().
SharedHeaders VendorHeaders(const VendorOptions& options, std::string_view accepted, std::vector<std::string> own);

// A request without its headers and its body. `path` begins with a slash. Its deadline is the sooner one of the given
// one and the end of the attempt's own time.
HttpRequest VendorHttpRequest(const VendorOptions& options, std::string_view path, absl::Time deadline);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_HTTP_H_

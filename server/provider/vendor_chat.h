// A vendor's API as a provider: one HTTP exchange a call, in the vendor's dialect.
//
//   VendorChat claude(options, std::make_unique<AnthropicMessages>(), http_client);
#ifndef ATTUNE_PROVIDER_VENDOR_CHAT_H_
#define ATTUNE_PROVIDER_VENDOR_CHAT_H_

#include <memory>
#include <string>
#include <vector>

#include "http/http_client.h"
#include "provider/dialect.h"
#include "provider/provider.h"
#include "provider/vendor_options.h"

namespace attune {

class VendorChat final : public Provider {
 public:
  // `http` must outlive it. Generate is to be awaited on a thread of that client's pool.
  VendorChat(VendorOptions options, std::unique_ptr<const Dialect> dialect, HttpClient& http);

  // Errors of its own: INVALID_ARGUMENT (BAD_RESPONSE_SCHEMA) when the schema is not a JSON object.
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  absl::Status Check(const ModelRequest& request) const;
  HttpRequest MakeHttpRequest(const ModelRequest& request, bool stream) const;

  const VendorOptions options_;
  const std::unique_ptr<const Dialect> dialect_;
  const SharedHeaders whole_headers_, stream_headers_;
  HttpClient& http_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_CHAT_H_

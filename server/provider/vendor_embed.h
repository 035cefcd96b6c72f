// A vendor's API for embeddings as an embedder: one HTTP exchange a call, in the vendor's dialect.
//
//   VendorEmbed openai(options, std::make_unique<OpenAiEmbeddings>(), http_client);
#ifndef ATTUNE_PROVIDER_VENDOR_EMBED_H_
#define ATTUNE_PROVIDER_VENDOR_EMBED_H_

#include <memory>
#include <string>
#include <vector>

#include "http/http_client.h"
#include "provider/embed_dialect.h"
#include "provider/embedder.h"
#include "provider/vendor_options.h"

namespace attune {

// Takes no more texts than one request may hold: BatchEmbedder takes any number.
class VendorEmbed final : public Embedder {
 public:
  // `http` must outlive it. Embed is to be awaited on a thread of that client's pool.
  VendorEmbed(VendorOptions options, std::unique_ptr<const EmbedDialect> dialect, HttpClient& http);

  EmbedLimits limits() const { return dialect_->Limits(); }

  // Errors of its own: INVALID_ARGUMENT (TOO_MANY_TEXTS, and what the dialect checks).
  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override;

 private:
  absl::Status Check(const EmbedRequest& request) const;
  HttpRequest MakeHttpRequest(const EmbedRequest& request) const;

  const VendorOptions options_;
  const std::unique_ptr<const EmbedDialect> dialect_;
  const SharedHeaders headers_;
  HttpClient& http_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_EMBED_H_

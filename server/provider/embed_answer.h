// Reads the response of one call for embeddings and judges how it ended: the same for all vendors.
#ifndef ATTUNE_PROVIDER_EMBED_ANSWER_H_
#define ATTUNE_PROVIDER_EMBED_ANSWER_H_

#include <string>
#include <string_view>

#include "http/http_client.h"
#include "provider/embed_dialect.h"
#include "provider/embedder.h"
#include "provider/retry_after.h"
#include "provider/vendor_options.h"

namespace attune {

// Lives in the frame of one Embed call. What it is given must outlive it.
class EmbedAnswer final : public BodySink {
 public:
  EmbedAnswer(const VendorOptions& options, const EmbedDialect& dialect, const EmbedRequest& request)
      : options_(options), dialect_(dialect), request_(request) {}

  absl::Status OnHead(const HttpHead& head) override;
  absl::Status OnData(std::string_view piece) override;
  bool Complete() const override;

  // The vectors, or why there are none, once the exchange has ended with `sent`.
  absl::StatusOr<Embeddings> Finish(const absl::Status& sent);

 private:
  bool failed() const { return status_ < 200 || status_ > 299; }
  absl::StatusOr<Embeddings> Read() const;

  const VendorOptions& options_;
  const EmbedDialect& dialect_;
  const EmbedRequest& request_;
  int status_ = 0;  // 0: no head came
  RetryAdvice retry_;
  std::string body_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_EMBED_ANSWER_H_

#include "provider/embed_answer.h"

#include <utility>

#include "base/error.h"
#include "provider/vectors.h"
#include "provider/vendor_errors.h"

namespace attune {

absl::Status EmbedAnswer::OnHead(const HttpHead& head) {
  status_ = head.status;
  retry_ = ReadRetryAdvice(head, absl::Now());
  return absl::OkStatus();
}

absl::Status EmbedAnswer::OnData(std::string_view piece) {
  if (failed()) piece = piece.substr(0, kMaxErrorBodyBytes - body_.size());
  body_.append(piece);
  return absl::OkStatus();
}

bool EmbedAnswer::Complete() const { return failed() && body_.size() >= kMaxErrorBodyBytes; }

absl::StatusOr<Embeddings> EmbedAnswer::Finish(const absl::Status& sent) {
  const bool given_up = absl::IsCancelled(sent) || ErrorReason(sent) == "HTTP_DEADLINE";
  if (status_ != 0 && failed() && !given_up) {  // its status says more than how its body ended
    return FailureStatus(
        options_, {.http_status = status_, .error = ReadVendorError(body_), .retry = retry_, .model = request_.model});
  }
  if (!sent.ok()) return TransportFailure(options_, sent);
  return Read();
}

absl::StatusOr<Embeddings> EmbedAnswer::Read() const {
  if (body_.empty()) return VendorGarbage(options_, status_, "the body is empty");
  simdjson::dom::parser json;
  JsonObject root;
  if (!ParseObject(json, body_, root)) {
    return VendorGarbage(options_, status_, "the body is not a JSON object in UTF-8");
  }
  if (auto error = FindError(root)) {
    return FailureStatus(options_, {.error = std::move(error), .retry = retry_, .model = request_.model});
  }
  EmbedPart part;
  dialect_.Read(root, part);
  std::string what;
  auto vectors = ArrangeVectors(std::move(part.vectors), request_.texts.size(), request_.dimensions, what);
  if (!vectors) return VendorGarbage(options_, status_, what);
  return Embeddings{.vectors = *std::move(vectors), .model = std::string(part.model), .usage = part.usage.ToUsage()};
}

}  // namespace attune

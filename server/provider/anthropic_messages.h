// Anthropic's messages API: Claude.
#ifndef ATTUNE_PROVIDER_ANTHROPIC_MESSAGES_H_
#define ATTUNE_PROVIDER_ANTHROPIC_MESSAGES_H_

#include "provider/dialect.h"

namespace attune {

inline constexpr std::string_view kAnthropicBaseUrl = "https://api.anthropic.com/v1";

// All system and developer messages become the one `system` text, wherever they stood. The API demands a cap:
// kDefaultMaxTokens if none was set. It knows no `seed`, which is best effort everywhere and not sent.
class AnthropicMessages final : public Dialect {
 public:
  // It gives no log-probabilities.
  absl::Status Check(const ModelRequest& request) const override;
  std::string Path(const ModelRequest& request, bool stream) const override;
  std::vector<std::string> Headers(const std::string& api_key) const override;
  std::string Body(const ModelRequest& request, bool stream) const override;
  void ReadWhole(const JsonObject& root, AnswerPart& part) const override;
  void ReadEvent(const JsonObject& root, AnswerPart& part) const override;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_ANTHROPIC_MESSAGES_H_

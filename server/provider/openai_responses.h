// OpenAI's responses API.
#ifndef ATTUNE_PROVIDER_OPENAI_RESPONSES_H_
#define ATTUNE_PROVIDER_OPENAI_RESPONSES_H_

#include "provider/dialect.h"

namespace attune {

// Asks the vendor not to store the response, which it otherwise does for weeks. The API knows no `seed`, which is best
// effort everywhere and not sent, and no `stop`, which would change the answer and is refused.
class OpenAiResponses final : public Dialect {
 public:
  // INVALID_ARGUMENT (MODEL_REFUSED_PARAMETER) for stop texts.
  absl::Status Check(const ModelRequest& request) const override;
  std::string Path(const ModelRequest& request, bool stream) const override;
  std::string Body(const ModelRequest& request, bool stream) const override;
  void ReadWhole(const JsonObject& root, AnswerPart& part) const override;
  void ReadEvent(const JsonObject& root, AnswerPart& part) const override;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_RESPONSES_H_

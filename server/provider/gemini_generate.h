// Google's Gemini API: generateContent and streamGenerateContent.
#ifndef ATTUNE_PROVIDER_GEMINI_GENERATE_H_
#define ATTUNE_PROVIDER_GEMINI_GENERATE_H_

#include "provider/dialect.h"
#include "provider/gemini_address.h"

namespace attune {

// All system and developer messages become the one system instruction, wherever they stood. The model is "gemini-…",
// or a path such as "tunedModels/mine". A stream has no end mark: it is whole once a finish reason came.
class GeminiGenerate final : public Dialect {
 public:
  // INVALID_ARGUMENT (BAD_MODEL) for a model that would lead to another address.
  absl::Status Check(const ModelRequest& request) const override;
  std::string Path(const ModelRequest& request, bool stream) const override;
  std::vector<std::string> Headers(const std::string& api_key) const override;
  std::string Body(const ModelRequest& request, bool stream) const override;
  void ReadWhole(const JsonObject& root, AnswerPart& part) const override;
  void ReadEvent(const JsonObject& root, AnswerPart& part) const override;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_GEMINI_GENERATE_H_

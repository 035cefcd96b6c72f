#include "provider/gemini_address.h"

#include "base/strings.h"
#include "provider/vendor_request.h"

namespace attune {
absl::Status CheckGeminiModel(const std::string& model) { return CheckModelInPath(model, "/"); }

std::string GeminiModelPath(const std::string& model) {
  const bool is_path = model.find('/') != std::string::npos;
  return is_path ? model : StrCat("models/", model);
}

std::vector<std::string> GeminiHeaders(const std::string& api_key) {
  if (api_key.empty()) return {};
  return {StrCat("x-goog-api-key: ", api_key)};
}

}  // namespace attune

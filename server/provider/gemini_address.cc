#include "provider/gemini_address.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

bool IsModelCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '/';
}

}  // namespace

absl::Status CheckGeminiModel(const std::string& model) {
  if (std::all_of(model.begin(), model.end(), IsModelCharacter) && model.find("..") == std::string::npos) {
    return absl::OkStatus();
  }
  return BadField("BAD_MODEL", "model",
                  StrCat("'", model, "' cannot be a model of Gemini: letters, digits and - _ . / are allowed"));
}

std::string GeminiModelPath(const std::string& model) {
  const bool is_path = model.find('/') != std::string::npos;
  return is_path ? model : StrCat("models/", model);
}

std::vector<std::string> GeminiHeaders(const std::string& api_key) {
  if (api_key.empty()) return {};
  return {StrCat("x-goog-api-key: ", api_key)};
}

}  // namespace attune

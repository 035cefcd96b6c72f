// How Google's Gemini API is addressed, whatever it is asked for.
#ifndef ATTUNE_PROVIDER_GEMINI_ADDRESS_H_
#define ATTUNE_PROVIDER_GEMINI_ADDRESS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace attune {

inline constexpr std::string_view kGeminiBaseUrl = "https://generativelanguage.googleapis.com/v1beta";

// INVALID_ARGUMENT (BAD_MODEL) for a model that would lead to another address.
absl::Status CheckGeminiModel(const std::string& model);

// "models/gemini-…"; a model that is a path already, such as "tunedModels/mine", stays as it is.
std::string GeminiModelPath(const std::string& model);

std::vector<std::string> GeminiHeaders(const std::string& api_key);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_GEMINI_ADDRESS_H_

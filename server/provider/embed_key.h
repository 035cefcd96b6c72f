// Which part of a text is embedded, and under which key its vector is kept. Pure.
#ifndef ATTUNE_PROVIDER_EMBED_KEY_H_
#define ATTUNE_PROVIDER_EMBED_KEY_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/strings.h"

namespace attune {

// Of a question and of an example's input. OpenAI's models take 8,191 tokens, none of which is shorter than a byte, and
// most others cut by themselves; what a longer text is about its beginning tells.
inline constexpr size_t kMaxEmbeddedBytes = 8'000;

inline std::string_view EmbeddedPart(std::string_view text) { return CutUtf8(text, kMaxEmbeddedBytes); }

// 16 bytes, the same for ever: of the model ("provider/model"), the dimensions (0: the model's own) and the text.
std::string EmbedKey(std::string_view model, int32_t dimensions, std::string_view text);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_EMBED_KEY_H_

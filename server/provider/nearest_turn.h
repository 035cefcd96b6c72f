// The similarity behind builtin/nearest. Pure.
#ifndef ATTUNE_PROVIDER_NEAREST_TURN_H_
#define ATTUNE_PROVIDER_NEAREST_TURN_H_

#include <optional>
#include <string_view>
#include <vector>

#include "base/message.h"

namespace attune {

// Less alike than this is not alike.
inline constexpr double kNearestFloor = 0.15;
// Turns whose similarity differs by less are equally near: then the later one wins, since the best example stands last.
inline constexpr double kNearestTie = 0.02;

// The assistant turn after that user turn which is nearest to the last user message; nullopt if none is near.
// Similarity is the cosine of the turns' terms, each weighted by how few of the turns have it. Views into `messages`.
std::optional<std::string_view> NearestAnswer(const std::vector<Message>& messages);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_NEAREST_TURN_H_

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
// Answers that differ by less in what speaks for them are equally good: then that of the later turn wins, since the
// best example stands last.
inline constexpr double kNearestTie = 0.02;

// The answer, of the assistant turns that follow a user turn, for which most speaks; nullopt if no turn is near the
// last user message. For an answer speaks the cube root of the sum of the cubes of its turns' similarities: that is the
// similarity itself where each turn has an answer of its own, and several near turns with one answer outvote a nearer
// one, but none outvotes a turn that is the question itself. Similarity is the cosine of the turns' terms, each
// weighted by how few of the turns have it. Views into `messages`.
std::optional<std::string_view> NearestAnswer(const std::vector<Message>& messages);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_NEAREST_TURN_H_

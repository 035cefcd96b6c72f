// When two calls of a model are the same call. Pure.
#ifndef ATTUNE_PROVIDER_CALL_KEY_H_
#define ATTUNE_PROVIDER_CALL_KEY_H_

#include <string>
#include <string_view>

#include "provider/provider.h"

namespace attune {

// Equal calls may share one answer: the caller says so (Parameters.cache), or, if it says nothing, the temperature is
// 0.
bool MayShareAnswer(const Parameters& parameters);

// All that decides the answer, byte for byte, so that two calls have the same key only if they are equal; not the end
// user, whose id changes nothing but the vendor's statistics.
std::string CallKey(std::string_view provider, const ModelRequest& request);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_CALL_KEY_H_

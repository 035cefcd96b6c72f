#include "base/message.h"

#include <array>
#include <utility>

namespace attune {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> kRoleNames = {{{Role::kSystem, "system"},
                                                                          {Role::kDeveloper, "developer"},
                                                                          {Role::kUser, "user"},
                                                                          {Role::kAssistant, "assistant"}}};

template <typename T>
void TakeIfSet(std::optional<T>& field, const std::optional<T>& over) {
  if (over.has_value()) field = over;
}

}  // namespace

std::string_view RoleName(Role role) {
  for (const auto& [value, name] : kRoleNames) {
    if (value == role) return name;
  }
  return "user";
}

std::optional<Role> ParseRole(std::string_view name) {
  for (const auto& [value, text] : kRoleNames) {
    if (text == name) return value;
  }
  return std::nullopt;
}

Parameters Merge(const Parameters& base, const Parameters& over) {
  Parameters merged = base;
  TakeIfSet(merged.model, over.model);
  TakeIfSet(merged.temperature, over.temperature);
  TakeIfSet(merged.top_p, over.top_p);
  TakeIfSet(merged.max_tokens, over.max_tokens);
  TakeIfSet(merged.seed, over.seed);
  TakeIfSet(merged.max_examples, over.max_examples);
  TakeIfSet(merged.cache, over.cache);
  TakeIfSet(merged.top_logprobs, over.top_logprobs);
  if (!over.stop.empty()) merged.stop = over.stop;
  return merged;
}

}  // namespace attune

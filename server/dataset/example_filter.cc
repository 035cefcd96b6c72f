#include "dataset/example_filter.h"

#include <algorithm>

namespace attune {
namespace {

using Entry = std::pair<std::string, std::string>;

bool HasLabel(ExampleView example, const std::vector<std::string>& wanted) {
  const PackedTexts labels = example.labels();
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
  });
}

bool HasEntry(ExampleView example, const Entry& entry) {
  return FindValue(example.metadata(), entry.first) == std::string_view(entry.second);
}

}  // namespace

bool HasAny(ExampleView example, const ExampleFilter& filter) {
  return HasLabel(example, filter.labels) || std::any_of(filter.metadata.begin(), filter.metadata.end(),
                                                         [&](const Entry& entry) { return HasEntry(example, entry); });
}

bool HasAll(ExampleView example, const ExampleFilter& filter) {
  if (!filter.labels.empty() && !HasLabel(example, filter.labels)) return false;
  return std::all_of(filter.metadata.begin(), filter.metadata.end(), [&](const Entry& wanted) {
    return std::any_of(filter.metadata.begin(), filter.metadata.end(),
                       [&](const Entry& entry) { return entry.first == wanted.first && HasEntry(example, entry); });
  });
}

}  // namespace attune

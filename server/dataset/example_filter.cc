#include "dataset/example_filter.h"

#include <algorithm>

namespace attune {
namespace {

using Entry = std::pair<std::string, std::string>;

bool HasLabel(const Example& example, const std::vector<std::string>& labels) {
  return std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
    return std::find(example.labels.begin(), example.labels.end(), label) != example.labels.end();
  });
}

bool HasEntry(const Example& example, const Entry& entry) {
  const auto found = example.metadata.find(entry.first);
  return found != example.metadata.end() && found->second == entry.second;
}

}  // namespace

bool HasAny(const Example& example, const ExampleFilter& filter) {
  return HasLabel(example, filter.labels) || std::any_of(filter.metadata.begin(), filter.metadata.end(),
                                                         [&](const Entry& entry) { return HasEntry(example, entry); });
}

bool HasAll(const Example& example, const ExampleFilter& filter) {
  if (!filter.labels.empty() && !HasLabel(example, filter.labels)) return false;
  return std::all_of(filter.metadata.begin(), filter.metadata.end(), [&](const Entry& wanted) {
    return std::any_of(filter.metadata.begin(), filter.metadata.end(),
                       [&](const Entry& entry) { return entry.first == wanted.first && HasEntry(example, entry); });
  });
}

}  // namespace attune

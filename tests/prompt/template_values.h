// Values for templates, from plain maps.
#ifndef ATTUNE_TESTS_PROMPT_TEMPLATE_VALUES_H_
#define ATTUNE_TESTS_PROMPT_TEMPLATE_VALUES_H_

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/message.h"
#include "prompt/template.h"

namespace attune {

class MapValues final : public TemplateValues {
 public:
  explicit MapValues(StringMap values, std::vector<StringMap> examples = {})
      : values_(std::move(values)), examples_(std::move(examples)) {}

  std::string_view Get(std::string_view name, int example) const override {
    const StringMap& from = example < 0 ? values_ : examples_[static_cast<size_t>(example)];
    const auto found = from.find(name);
    return found == from.end() ? std::string_view() : std::string_view(found->second);
  }
  int examples() const override { return static_cast<int>(examples_.size()); }

 private:
  StringMap values_;
  std::vector<StringMap> examples_;
};

// The text of a template that is known to be good, or what is wrong with it.
inline std::string RenderText(std::string_view text, const TemplateValues& values) {
  const auto parsed = Template::Parse(text, "text");
  if (!parsed.ok()) return std::string(parsed.status().message());
  std::string out;
  return parsed->Render(values, std::numeric_limits<size_t>::max(), out) ? out : "over the limit";
}

}  // namespace attune

#endif  // ATTUNE_TESTS_PROMPT_TEMPLATE_VALUES_H_

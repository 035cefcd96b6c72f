// A logic-free Mustache template (mustache(5)), parsed once and rendered often: variables {{x}}, {{{x}}} and {{&x}},
// sections {{#x}}...{{/x}}, inverted sections {{^x}}...{{/x}}, comments {{! }}. No partials, lambdas or other
// delimiters: nothing a caller sends is executed, and nothing outside is read. Values are not HTML-escaped - a prompt
// is not HTML - and never rendered again. As the specification says, a section tag or comment alone on its line takes
// the line with it.
//
// Own code, not a library's: rendering must be strict, const, thread-safe and allocate little, and parsing must tell
// line, column and the variables used, none of which the packaged libraries do. The tests compare it with kainjow's
// Mustache.
#ifndef ATTUNE_PROMPT_TEMPLATE_H_
#define ATTUNE_PROMPT_TEMPLATE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace attune {

inline constexpr size_t kMaxSectionDepth = 16;
inline constexpr size_t kMaxTemplateTags = 4096;
inline constexpr size_t kMaxVariableNameBytes = 64;

// [A-Za-z_][A-Za-z0-9_]*
bool IsVariableName(std::string_view name);

// Where a tag stands: 1-based; columns count characters.
struct TemplatePosition {
  int line = 1;
  int column = 1;
};

struct TemplateVariable {
  std::string name;
  TemplatePosition position;
  bool in_examples = false;  // inside {{#examples}}
};

// What a template can look up. Views must stay good while it is rendered.
class TemplateValues {
 public:
  virtual ~TemplateValues() = default;
  // The value of a variable; empty if it has none. `example` is the index inside {{#examples}}, or -1.
  virtual std::string_view Get(std::string_view name, int example) const = 0;
  // How often {{#examples}} repeats.
  virtual int examples() const { return 0; }
};

class Template {
 public:
  // `field` is the path named in errors. INVALID_ARGUMENT (BAD_TEMPLATE; metadata `line`, `column`).
  static absl::StatusOr<Template> Parse(std::string_view text, std::string_view field);

  // Appends to `out`. A section of a variable is shown if its value is not empty. False if `out` would grow over
  // `limit` bytes; then it holds a part.
  bool Render(const TemplateValues& values, size_t limit, std::string& out) const;

  // Every use of a variable, `examples` among them, in order.
  const std::vector<TemplateVariable>& variables() const { return variables_; }
  bool UsesSection(std::string_view name) const;

 private:
  friend class TemplateParser;
  enum class Kind { kText, kVariable, kSection, kInverted, kEnd };
  struct Token {
    Kind kind;
    std::string text;       // of kText; else the name
    bool examples = false;  // the name is `examples`
    size_t end = 0;         // of kSection and kInverted: index of their kEnd
  };

  // One walk over the tokens: whom to ask, where to write.
  struct Rendering;
  bool RenderRange(Rendering& to, size_t begin, size_t end, int example) const;

  std::vector<Token> tokens_;
  std::vector<TemplateVariable> variables_;
};

}  // namespace attune

#endif  // ATTUNE_PROMPT_TEMPLATE_H_

#include "prompt/template.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {

bool IsVariableName(std::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name.front()))) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

// Reads one template from left to right.
class TemplateParser {
 public:
  TemplateParser(std::string_view text, std::string_view field) : text_(text), field_(field) {}

  absl::StatusOr<Template> Parse() {
    while (at_ < text_.size()) {
      const size_t open = text_.find("{{", at_);
      if (open == std::string_view::npos) {
        AddText(text_.size());
        break;
      }
      AddText(open);
      ATTUNE_RETURN_IF_ERROR(ReadTag());
    }
    if (!open_.empty()) {
      return Bad(open_.back().at, StrCat("section '", result_.tokens_[open_.back().token].text, "' is never closed"));
    }
    return std::move(result_);
  }

 private:
  using Kind = Template::Kind;
  struct OpenSection {
    size_t token;
    size_t at;
  };

  // Counts lines and characters up to a byte; positions are only asked for in order or in errors.
  TemplatePosition PositionOf(size_t at) const {
    TemplatePosition position;
    for (size_t i = 0; i < at && i < text_.size(); ++i) {
      if (text_[i] == '\n') {
        ++position.line;
        position.column = 1;
      } else if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) {
        ++position.column;
      }
    }
    return position;
  }

  absl::Status Bad(size_t at, std::string_view why) const {
    const TemplatePosition position = PositionOf(at);
    return WithMetadata(
        WithMetadata(BadField("BAD_TEMPLATE", field_,
                              StrCat("line ", position.line, ", column ", position.column, ": ", why)),
                     "line", StrCat(position.line)),
        "column", StrCat(position.column));
  }

  void AddText(size_t end) {
    if (end > at_) result_.tokens_.push_back({Kind::kText, std::string(text_.substr(at_, end - at_))});
    at_ = end;
  }

  absl::Status ReadTag() {
    const size_t begin = at_;
    if (result_.tokens_.size() >= kMaxTemplateTags) return Bad(begin, "the template has more than 4,096 tags");
    const bool triple = text_.substr(begin, 3) == "{{{";
    const std::string_view closing = triple ? "}}}" : "}}";
    const size_t open = begin + (triple ? 3 : 2);
    const size_t close = text_.find(closing, open);
    if (close == std::string_view::npos) return Bad(begin, StrCat("the tag is never closed with ", closing));
    std::string_view inside = text_.substr(open, close - open);
    at_ = close + closing.size();
    char sigil = 0;
    if (!triple && !inside.empty() && std::string_view("#^/!&>=<$").find(inside.front()) != std::string_view::npos) {
      sigil = inside.front();
      inside.remove_prefix(1);
    }
    if (sigil == '!') return absl::OkStatus();
    const std::string_view name = StdView(absl::StripAsciiWhitespace(AbslView(inside)));
    if (!IsVariableName(name)) return Bad(begin, BadTagReason(sigil, name));
    return AddTag(sigil, std::string(name), begin);
  }

  static std::string BadTagReason(char sigil, std::string_view name) {
    if (sigil == '>' || sigil == '<' || sigil == '$') return "partials are not supported: a template stands alone";
    if (sigil == '=') return "other delimiters are not supported";
    if (name.empty()) return "the tag names no variable";
    return "a variable's name has letters, digits and _ only, and does not begin with a digit";
  }

  absl::Status AddTag(char sigil, std::string name, size_t at) {
    switch (sigil) {
      case '>':
      case '=':
      case '<':
      case '$':
        return Bad(at, BadTagReason(sigil, name));
      case '/':
        return CloseSection(name, at);
      case '#':
      case '^':
        return OpenSectionTag(sigil, std::move(name), at);
      default:
        if (name == "examples") return Bad(at, "'examples' is a section: {{#examples}}...{{/examples}}");
        Use(name, at);
        result_.tokens_.push_back({Kind::kVariable, std::move(name)});
        return absl::OkStatus();
    }
  }

  absl::Status OpenSectionTag(char sigil, std::string name, size_t at) {
    if (open_.size() >= kMaxSectionDepth) return Bad(at, "sections are nested more than 16 deep");
    const bool examples = name == "examples";
    if (examples && inside_examples_) return Bad(at, "{{#examples}} cannot stand inside {{#examples}}");
    Use(name, at);
    if (examples && sigil == '#') inside_examples_ = true;
    open_.push_back({result_.tokens_.size(), at});
    result_.tokens_.push_back({sigil == '#' ? Kind::kSection : Kind::kInverted, std::move(name)});
    return absl::OkStatus();
  }

  absl::Status CloseSection(const std::string& name, size_t at) {
    if (open_.empty()) return Bad(at, StrCat("{{/", name, "}} closes a section that was not opened"));
    Template::Token& opened = result_.tokens_[open_.back().token];
    if (opened.text != name) return Bad(at, StrCat("{{/", name, "}} stands where {{/", opened.text, "}} is expected"));
    if (name == "examples" && opened.kind == Kind::kSection) inside_examples_ = false;
    opened.end = result_.tokens_.size();
    open_.pop_back();
    result_.tokens_.push_back({Kind::kEnd, name});
    return absl::OkStatus();
  }

  void Use(const std::string& name, size_t at) { result_.variables_.push_back({name, PositionOf(at), inside_examples_}); }

  const std::string_view text_;
  const std::string_view field_;
  size_t at_ = 0;
  bool inside_examples_ = false;
  std::vector<OpenSection> open_;
  Template result_;
};

absl::StatusOr<Template> Template::Parse(std::string_view text, std::string_view field) {
  return TemplateParser(text, field).Parse();
}

bool Template::UsesSection(std::string_view name) const {
  return std::any_of(tokens_.begin(), tokens_.end(),
                     [&](const Token& token) { return token.kind == Kind::kSection && token.text == name; });
}

void Template::Render(const TemplateValues& values, std::string& out) const {
  RenderRange(values, 0, tokens_.size(), -1, out);
}

void Template::RenderRange(const TemplateValues& values, size_t begin, size_t end, int example,
                           std::string& out) const {
  for (size_t i = begin; i < end; ++i) {
    const Token& token = tokens_[i];
    const bool examples = token.kind != Kind::kText && token.text == "examples";
    switch (token.kind) {
      case Kind::kText:
        out += token.text;
        break;
      case Kind::kVariable:
        out += values.Get(token.text, example);
        break;
      case Kind::kSection: {
        const int times = examples ? values.examples() : values.Get(token.text, example).empty() ? 0 : 1;
        for (int n = 0; n < times; ++n) RenderRange(values, i + 1, token.end, examples ? n : example, out);
        i = token.end;
        break;
      }
      case Kind::kInverted:
        if (examples ? values.examples() == 0 : values.Get(token.text, example).empty()) {
          RenderRange(values, i + 1, token.end, example, out);
        }
        i = token.end;
        break;
      case Kind::kEnd:
        break;
    }
  }
}

}  // namespace attune

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "prompt/template.h"

namespace attune {

bool IsVariableName(std::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name.front()))) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Lines and characters up to a byte, counted once however often it is asked in order.
class PositionCounter {
 public:
  explicit PositionCounter(std::string_view text) : text_(text) {}

  TemplatePosition At(size_t at) {
    if (at < counted_) *this = PositionCounter(text_);
    for (; counted_ < at; ++counted_) {
      if (text_[counted_] == '\n') {
        ++position_.line;
        position_.column = 1;
      } else if ((static_cast<unsigned char>(text_[counted_]) & 0xC0) != 0x80) {  // not inside a UTF-8 character
        ++position_.column;
      }
    }
    return position_;
  }

 private:
  std::string_view text_;
  size_t counted_ = 0;
  TemplatePosition position_;
};

}  // namespace

// Reads one template from left to right.
class TemplateParser {
 public:
  TemplateParser(std::string_view text, std::string_view field) : text_(text), field_(field), positions_(text) {}

  absl::StatusOr<Template> Parse() {
    while (at_ < text_.size()) {
      const size_t open = text_.find("{{", at_);
      if (open == std::string_view::npos) break;
      ATTUNE_RETURN_IF_ERROR(ReadTag(open));
    }
    AddText(text_.size());
    if (open_.empty()) return std::move(result_);
    return Bad(open_.back().at, StrCat("section '", result_.tokens_[open_.back().token].text, "' is never closed"));
  }

 private:
  using Kind = Template::Kind;
  struct OpenSection {
    size_t token;
    size_t at;
  };

  absl::Status Bad(size_t at, std::string_view why) {
    const TemplatePosition position = positions_.At(at);
    absl::Status status =
        BadField("BAD_TEMPLATE", field_, StrCat("line ", position.line, ", column ", position.column, ": ", why));
    status = WithMetadata(std::move(status), "line", StrCat(position.line));
    return WithMetadata(std::move(status), "column", StrCat(position.column));
  }

  void AddText(size_t end) {
    if (end > at_) result_.tokens_.push_back({Kind::kText, std::string(text_.substr(at_, end - at_))});
    at_ = std::max(at_, end);
  }

  absl::Status ReadTag(size_t begin) {
    if (++tags_ > kMaxTemplateTags) return Bad(begin, StrCat("the template has more than ", kMaxTemplateTags, " tags"));
    const bool triple = text_.substr(begin, 3) == "{{{";
    const std::string_view closing = triple ? "}}}" : "}}";
    const size_t open = begin + closing.size();
    const size_t close = text_.find(closing, open);
    if (close == std::string_view::npos) return Bad(begin, StrCat("the tag is never closed with ", closing));
    std::string_view inside = text_.substr(open, close - open);
    char sigil = 0;
    if (!triple && !inside.empty() && std::string_view("#^/!&>=<$").find(inside.front()) != std::string_view::npos) {
      sigil = inside.front();
      inside.remove_prefix(1);
    }
    const std::string_view name = StdView(absl::StripAsciiWhitespace(AbslView(inside)));
    if (sigil != '!') ATTUNE_RETURN_IF_ERROR(CheckTag(sigil, name, begin));
    PassTag(sigil, begin, close + closing.size());
    return sigil == '!' ? absl::OkStatus() : AddTag(sigil, std::string(name), begin);
  }

  absl::Status CheckTag(char sigil, std::string_view name, size_t at) {
    if (sigil == '>' || sigil == '<' || sigil == '$') {
      return Bad(at, "partials are not supported: a template stands alone");
    }
    if (sigil == '=') return Bad(at, "other delimiters are not supported");
    if (name.empty()) return Bad(at, "the tag names no variable");
    if (!IsVariableName(name)) {
      return Bad(at, "a variable's name has letters, digits and _ only, and does not begin with a digit");
    }
    if (name.size() <= kMaxVariableNameBytes) return absl::OkStatus();
    return Bad(at, StrCat("the name has ", name.size(), " bytes; the limit is ", kMaxVariableNameBytes));
  }

  // Takes the text before a tag and moves behind the tag; a section tag or comment alone on its line takes the line.
  void PassTag(char sigil, size_t begin, size_t end) {
    size_t line_begin = begin;
    size_t line_end = end;
    while (line_begin > 0 && IsBlank(text_[line_begin - 1])) --line_begin;
    while (line_end < text_.size() && IsBlank(text_[line_end])) ++line_end;
    const bool takes_line = sigil == '#' || sigil == '^' || sigil == '/' || sigil == '!';
    const bool opens_line = line_begin == 0 || text_[line_begin - 1] == '\n';
    if (takes_line && opens_line && PassLineEnd(line_end)) {
      begin = line_begin;
      end = line_end;
    }
    AddText(begin);
    at_ = end;
  }

  // Moves behind the end of the line (or of the text) if it stands there.
  bool PassLineEnd(size_t& at) const {
    if (at == text_.size()) return true;
    const size_t newline = text_.substr(at, 2) == "\r\n" ? at + 1 : at;
    if (text_[newline] != '\n') return false;
    at = newline + 1;
    return true;
  }

  absl::Status AddTag(char sigil, std::string name, size_t at) {
    if (sigil == '/') return CloseSection(name, at);
    if (sigil == '#' || sigil == '^') return EnterSection(sigil, std::move(name), at);
    if (name == "examples") return Bad(at, "'examples' is a section: {{#examples}}...{{/examples}}");
    Use(name, at);
    result_.tokens_.push_back({Kind::kVariable, std::move(name)});
    return absl::OkStatus();
  }

  absl::Status EnterSection(char sigil, std::string name, size_t at) {
    if (open_.size() >= kMaxSectionDepth) return Bad(at, StrCat("sections nest more than ", kMaxSectionDepth, " deep"));
    const bool examples = name == "examples";
    if (examples && inside_examples_) return Bad(at, "'examples' cannot stand inside {{#examples}}");
    Use(name, at);
    if (examples && sigil == '#') inside_examples_ = true;
    open_.push_back({result_.tokens_.size(), at});
    result_.tokens_.push_back({sigil == '#' ? Kind::kSection : Kind::kInverted, std::move(name), examples});
    return absl::OkStatus();
  }

  absl::Status CloseSection(const std::string& name, size_t at) {
    if (open_.empty()) return Bad(at, StrCat("{{/", name, "}} closes a section that was not opened"));
    Template::Token& opened = result_.tokens_[open_.back().token];
    if (opened.text != name) return Bad(at, StrCat("{{/", name, "}} stands where {{/", opened.text, "}} is expected"));
    if (opened.examples && opened.kind == Kind::kSection) inside_examples_ = false;
    opened.end = result_.tokens_.size();
    open_.pop_back();
    result_.tokens_.push_back({Kind::kEnd, name});
    return absl::OkStatus();
  }

  void Use(const std::string& name, size_t at) {
    result_.variables_.push_back({name, positions_.At(at), inside_examples_});
  }

  const std::string_view text_;
  const std::string_view field_;
  PositionCounter positions_;
  size_t at_ = 0;
  size_t tags_ = 0;
  bool inside_examples_ = false;
  std::vector<OpenSection> open_;
  Template result_;
};

absl::StatusOr<Template> Template::Parse(std::string_view text, std::string_view field) {
  return TemplateParser(text, field).Parse();
}

}  // namespace attune

// Finds functions by their braces: an opening brace outside of any function whose head looks like a signature.
#include <algorithm>
#include <regex>

#include "tests/structure/rules.h"

namespace attune::structure {
namespace {

// Code without preprocessor lines, whose braces need not match.
std::string WithoutDirectives(std::string code) {
  bool continues = false;
  for (size_t start = 0; start < code.size();) {
    const size_t end = std::min(code.find('\n', start), code.size());
    const bool is_directive = continues || code[std::min(code.find_first_not_of(" \t", start), end - 1)] == '#';
    continues = is_directive && end > start && code[end - 1] == '\\';
    if (is_directive) std::fill(code.begin() + start, code.begin() + end, ' ');
    start = end + 1;
  }
  return code;
}

// What stands between the last delimiter and an opening brace.
struct Head {
  std::string text;
  int line = 0;  // of its first character that is not space

  void Clear() { *this = {}; }
  void Add(char c, int at_line) {
    if (text.empty() && std::isspace(static_cast<unsigned char>(c)) != 0) return;
    if (text.empty()) line = at_line;
    text += c;
  }
  bool IsAccess() const { return text == "public" || text == "protected" || text == "private"; }
};

bool OpensScope(const std::string& head) {
  static const std::regex kScope(
      R"(^(inline\s+)?namespace\b|^extern\s*$|^(template\s*<[^{]*>\s*)?(typedef\s+)?(class|struct|union|enum)\b)");
  return std::regex_search(head, kScope) && !head.ends_with(')');
}

bool OpensFunction(std::string head) {
  while (!head.empty() && std::isspace(static_cast<unsigned char>(head.back())) != 0) head.pop_back();
  if (head.empty() || head.find_first_of("()") == std::string::npos) return false;
  return std::string_view("=(,").find(head.back()) == std::string_view::npos;
}

class Scanner {
 public:
  explicit Scanner(const Source& source) : source_(source) {}

  Findings Scan() {
    for (const char c : WithoutDirectives(CodeOnly(source_.text))) {
      if (c == '\n') ++line_;
      if (depth_ > 0) {
        InBlock(c);
      } else {
        Outside(c);
      }
    }
    if (depth_ != 0) findings_.push_back({source_.path, line_, "a brace is not closed"});
    return std::move(findings_);
  }

 private:
  // Outside of functions and initialisers, at namespace or class scope.
  void Outside(char c) {
    if (c == '{' && !OpensScope(head_.text)) {
      depth_ = 1;
      is_function_ = OpensFunction(head_.text);
    } else if (c == '{' || c == '}' || c == ';' || (c == ':' && head_.IsAccess())) {
      head_.Clear();
    } else {
      head_.Add(c, line_);
    }
  }

  void InBlock(char c) {
    if (c == '{') ++depth_;
    if (c != '}' || --depth_ > 0) return;
    const int length = line_ - head_.line + 1;
    if (is_function_ && length > kMaxFunctionLines) {
      findings_.push_back({source_.path, head_.line,
                           "a function of " + std::to_string(length) + " lines; " + std::to_string(kMaxFunctionLines) +
                               " are the most"});
    }
    head_.Clear();
  }

  const Source& source_;
  Findings findings_;
  Head head_;
  int line_ = 1;
  int depth_ = 0;  // of braces within the current function or initialiser; 0: outside
  bool is_function_ = false;
};

}  // namespace

Findings CheckFunctionLengths(const Source& source) {
  if (source.path.ends_with(".proto")) return {};
  return Scanner(source).Scan();
}

}  // namespace attune::structure

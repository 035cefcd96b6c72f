#include "tests/structure/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace attune::structure {
namespace {

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether the quote at `at` separates digits, as in 10'000.
bool SeparatesDigits(std::string_view text, size_t at) {
  size_t start = at;
  while (start > 0 && (IsWordCharacter(text[start - 1]) || text[start - 1] == '\'')) --start;
  return start < at && std::isdigit(static_cast<unsigned char>(text[start])) != 0;
}

// Past the end of the plain literal that opens at `at`; an unfinished one ends with its line.
size_t EndOfLiteral(std::string_view text, size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return std::min(at, text.size());
}

// Past the end of R"mark(...)mark", whose quote is at `at`.
size_t EndOfRawLiteral(std::string_view text, size_t at) {
  const size_t open = text.find('(', at);
  if (open == text.npos) return text.size();
  const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
  const size_t end = text.find(close, open);
  return end == text.npos ? text.size() : end + close.size();
}

// Past the end of the comment or literal that starts at `at`; `at` itself if none does.
size_t EndOfNonCode(std::string_view text, size_t at) {
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) == "/*") {
    const size_t end = text.find("*/", at + 2);
    return end == text.npos ? text.size() : end + 2;
  }
  if (text[at] == '"') {
    return at > 0 && text[at - 1] == 'R' ? EndOfRawLiteral(text, at) : EndOfLiteral(text, at);
  }
  if (text[at] == '\'' && !SeparatesDigits(text, at)) return EndOfLiteral(text, at);
  return at;
}

}  // namespace

std::string_view Source::Room() const {
  std::string_view rest = path;
  if (!rest.starts_with("server/")) return rest.substr(0, rest.find('/'));
  rest.remove_prefix(std::string_view("server/").size());
  const size_t slash = rest.find('/');
  return slash == rest.npos ? "main" : rest.substr(0, slash);
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string CodeOnly(std::string_view text) {
  std::string code(text);
  for (size_t at = 0; at < text.size();) {
    const size_t end = EndOfNonCode(text, at);
    for (size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<Include> Includes(std::string_view text) {
  std::vector<Include> includes;
  int number = 0;
  for (const std::string_view line : Lines(text)) {
    ++number;
    if (!line.starts_with("#include ")) continue;
    const size_t open = line.find_first_of("\"<");
    if (open == line.npos) continue;
    const size_t close = line.find_first_of("\">", open + 1);
    includes.push_back({number, line.substr(open + 1, close - open - 1)});
  }
  return includes;
}

std::vector<Source> ReadSources(const std::string& root, const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/" + folder)) {
      const std::string kind = entry.path().extension();
      if (kind != ".h" && kind != ".cc" && kind != ".proto") continue;
      std::ifstream file(entry.path());
      sources.push_back({std::filesystem::relative(entry.path(), root),
                         std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())});
    }
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

}  // namespace attune::structure

// Rules of .proto files: their comments are the manual of the API.
#include <optional>
#include <regex>
#include <set>

#include "tests/structure/rules.h"

namespace attune::structure {
namespace {

// Names of messages that an RPC of this file takes or returns: the RPC's comment speaks for them.
std::set<std::string> MessagesOfRpcs(const std::string& text) {
  static const std::regex kRpc(
      R"(\brpc\s+\w+\s*\(\s*(?:stream\s+)?(\w+)\s*\)\s*returns\s*\(\s*(?:stream\s+)?(\w+)\s*\))");
  std::set<std::string> names;
  for (std::sregex_iterator rpc(text.begin(), text.end(), kRpc), end; rpc != end; ++rpc) {
    names.insert((*rpc)[1]);
    names.insert((*rpc)[2]);
  }
  return names;
}

bool IsComment(const std::string& line) {
  const size_t start = line.find_first_not_of(' ');
  return start != line.npos && line.compare(start, 2, "//") == 0;
}

// False for a comment of slashes alone.
bool SaysSomething(std::string_view comment) { return comment.find_first_not_of("/ \n") != comment.npos; }

struct Declaration {
  std::string kind;  // "message", "enum", "service", "rpc", "oneof"; "field" is a value of an enum, too
  std::string name;
};

std::optional<Declaration> ReadDeclaration(const std::string& line) {
  static const std::regex kBlock(R"(^ *(message|enum|service|rpc|oneof) +(\w+))");
  static const std::regex kField(R"(^ *(?!option\b)(?:[\w.<>, ]+ )?(\w+) *= *-?\d)");
  std::smatch match;
  if (std::regex_search(line, match, kBlock)) return Declaration{match[1], match[2]};
  if (std::regex_search(line, match, kField)) return Declaration{"field", match[1]};
  return std::nullopt;
}

}  // namespace

Findings CheckProto(const Source& source) {
  Findings findings;
  if (!source.path.ends_with(".proto")) return findings;
  if (source.path.starts_with("proto/attune/wire/")) return findings;  // standards, which have their manuals elsewhere
  const bool is_api = source.path.starts_with("proto/attune/v1/");
  const std::set<std::string> of_rpcs = is_api ? std::set<std::string>() : MessagesOfRpcs(source.text);
  std::string comment;  // that ends on the line before
  int number = 0;
  for (const std::string_view view : Lines(source.text)) {
    ++number;
    const std::string line(view);
    if (IsComment(line)) {
      comment += line + "\n";
      continue;
    }
    const std::optional<Declaration> declared = ReadDeclaration(line);
    const bool is_inner = declared.has_value() && (declared->kind == "field" || declared->kind == "oneof");
    if (declared.has_value() && (is_api || !is_inner)) {
      const size_t behind = line.find("//");
      const bool commented = SaysSomething(comment) || (behind != line.npos && SaysSomething(view.substr(behind)));
      if (!commented && !of_rpcs.contains(declared->name)) {
        findings.push_back({source.path, number, declared->kind + " " + declared->name + " needs a comment"});
      } else if (declared->kind == "rpc" && comment.find("Errors:") == std::string::npos) {
        findings.push_back({source.path, number, "the comment of rpc " + declared->name + " does not list its errors"});
      }
    }
    comment.clear();
  }
  return findings;
}

}  // namespace attune::structure

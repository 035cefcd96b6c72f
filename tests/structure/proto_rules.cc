// Rules of .proto files: their comments are the manual of the API.
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

}  // namespace

Findings CheckProto(const Source& source) {
  Findings findings;
  if (!source.path.ends_with(".proto")) return findings;
  static const std::regex kDeclaration(R"(^ *(message|enum|service|rpc) +(\w+))");
  const std::set<std::string> of_rpcs = MessagesOfRpcs(source.text);
  std::string comment;
  int number = 0;
  for (const std::string_view view : Lines(source.text)) {
    ++number;
    const std::string line(view);
    std::smatch declaration;
    if (const size_t start = line.find_first_not_of(' '); start != line.npos && line.compare(start, 2, "//") == 0) {
      comment += line + "\n";
      continue;
    }
    if (std::regex_search(line, declaration, kDeclaration)) {
      const std::string kind = declaration[1];
      const std::string name = declaration[2];
      if (comment.empty() && of_rpcs.count(name) == 0) {
        findings.push_back({source.path, number, kind + " " + name + " needs a comment"});
      } else if (kind == "rpc" && comment.find("Errors:") == std::string::npos) {
        findings.push_back({source.path, number, "the comment of rpc " + name + " does not list its errors"});
      }
    }
    comment.clear();
  }
  return findings;
}

}  // namespace attune::structure

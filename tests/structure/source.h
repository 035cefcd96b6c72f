// A source file as the structure rules see it.
#ifndef ATTUNE_TESTS_STRUCTURE_SOURCE_H_
#define ATTUNE_TESTS_STRUCTURE_SOURCE_H_

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace attune::structure {

struct Source {
  std::string path;  // from the root of the tree: "server/base/mutex.h"
  std::string text;

  bool IsHeader() const { return path.ends_with(".h"); }
  // The room of server/: "base"; "main" for the files of server/ itself; "client" and "tests" for theirs.
  std::string_view Room() const;
};

// One broken rule.
struct Finding {
  std::string path;
  int line;  // from 1
  std::string what;

  friend bool operator==(const Finding&, const Finding&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Finding& finding) {
    return out << finding.path << ":" << finding.line << ": " << finding.what;
  }
};
using Findings = std::vector<Finding>;

std::vector<std::string_view> Lines(std::string_view text);

// The text with all comments, and the contents of all literals, turned into spaces; lines stay where they are.
std::string CodeOnly(std::string_view text);

struct Include {
  int line;
  std::string_view target;  // between the quotes or angle brackets
};
std::vector<Include> Includes(std::string_view text);

// All .h, .cc and .proto files below `folders` of the tree at `root`, by path.
std::vector<Source> ReadSources(const std::string& root, const std::vector<std::string>& folders);

}  // namespace attune::structure

#endif  // ATTUNE_TESTS_STRUCTURE_SOURCE_H_

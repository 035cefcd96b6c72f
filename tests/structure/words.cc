// Rules about words and layout of a file.
#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <span>

#include "tests/structure/rules.h"

namespace attune::structure {
namespace {

struct Rule {
  std::vector<std::string_view> words;   // each stands between characters that are not of a name
  std::vector<std::string_view> within;  // prefixes of the paths that the rule holds for
  std::string_view except;               // the one file that it does not hold for
  std::string_view why;
};

const std::vector<Rule>& Rules() {
  static const std::vector<Rule> kRules = {
      {{"std::mutex", "std::recursive_mutex", "std::shared_mutex", "std::timed_mutex", "std::condition_variable",
        "std::condition_variable_any"},
       {"server/", "client/"},
       "server/base/mutex.h",
       "locks are attune::Mutex and CondVar (base/mutex.h)"},
      {{"std::lock_guard", "std::unique_lock", "std::scoped_lock", "std::shared_lock"},
       {"server/", "client/"},
       "server/base/mutex.h",
       "locks are held by attune::MutexLock (base/mutex.h)"},
      {{"absl::Mutex", "absl::MutexLock", "absl::CondVar", "absl::Notification", "absl::BlockingCounter"},
       {""},
       "",
       "the thread sanitizer does not see absl's locks; use base/mutex.h"},
      {{"sleep_for", "sleep_until", "sleep(", "usleep(", "SleepFor("},
       {""},
       "",
       "wait for what is meant, not for time"},
      // A kill at a random moment needs one.
      {{"nanosleep("}, {""}, "tests/end_to_end/crash_test.cc", "wait for what is meant, not for time"},
      {{"detach()"}, {""}, "", "no thread is detached: it would outlive what it uses"},
      {{"getenv("}, {"server/"}, "server/options.cc", "the environment is read in options.cc alone"},
  };
  return kRules;
}

constexpr std::array<std::string_view, 4> kUnfinished = {"TODO", "FIXME", "HACK", "XXX"};

bool IsOfName(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool HasWord(std::string_view line, std::string_view word) {
  for (size_t at = line.find(word); at != line.npos; at = line.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool starts = at == 0 || !IsOfName(line[at - 1]);
    const bool ends = end == line.size() || !IsOfName(word.back()) || !IsOfName(line[end]);
    if (starts && ends) return true;
  }
  return false;
}

bool HoldsFor(const Rule& rule, std::string_view path) {
  return path != rule.except &&
         std::ranges::any_of(rule.within, [path](std::string_view prefix) { return path.starts_with(prefix); });
}

// One finding for each line with one of the words.
void Find(std::span<const std::string_view> words, std::string_view why, const Source& source, std::string_view text,
          Findings& findings) {
  int number = 0;
  for (const std::string_view line : Lines(text)) {
    ++number;
    if (std::ranges::any_of(words, [line](std::string_view word) { return HasWord(line, word); })) {
      findings.push_back({source.path, number, std::string(why)});
    }
  }
}

std::string GuardOf(std::string_view path) {
  if (path.starts_with("server/")) path.remove_prefix(std::string_view("server/").size());
  std::string guard = "ATTUNE_";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    guard += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return guard + "_";
}

}  // namespace

Findings CheckWords(const Source& source) {
  Findings findings;
  const std::string code = CodeOnly(source.text);
  for (const Rule& rule : Rules()) {
    if (HoldsFor(rule, source.path)) Find(rule.words, rule.why, source, code, findings);
  }
  if (source.path.starts_with("tests/structure/")) return findings;  // the rule itself
  Find(kUnfinished, "work is finished or is an issue, never a mark in the source", source, source.text, findings);
  return findings;
}

Findings CheckSql(const Source& source) {
  if (source.Room() == "store" || source.Room() == "tests") return {};
  static const std::regex kSql(
      R"("\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX)\s|PRAGMA\s))");
  Findings findings;
  int number = 0;
  for (const std::string_view line : Lines(source.text)) {
    ++number;
    if (std::regex_search(line.begin(), line.end(), kSql)) {
      findings.push_back({source.path, number, "SQL does not belong in " + std::string(source.Room())});
    }
  }
  return findings;
}

Findings CheckHeader(const Source& source) {
  Findings findings;
  if (!source.IsHeader()) return findings;
  if (!source.text.starts_with("//")) findings.push_back({source.path, 1, "a header opens with what it is for"});
  const std::string guard = GuardOf(source.path);
  const std::string opening = "\n#ifndef " + guard + "\n#define " + guard + "\n";
  if (source.text.find(opening) == std::string::npos || !source.text.ends_with("#endif  // " + guard + "\n")) {
    findings.push_back({source.path, 1, "the include guard is " + guard});
  }
  return findings;
}

Findings CheckFileLength(const Source& source) {
  const auto lines = static_cast<int>(Lines(source.text).size());
  if (lines <= kMaxFileLines || source.path.ends_with(".proto")) return {};
  return {{source.path, lines, "a file ends by line " + std::to_string(kMaxFileLines)}};
}

}  // namespace attune::structure

#include "dataset/json_level.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/strings.h"

namespace attune {
namespace {

using Json = nlohmann::json;

// Lets the library read the text and tells how far it has come.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  const char** reached_;
};

// "[...] parse error at line 1, column 8: syntax error while parsing value - invalid literal; last read: 'tru'".
struct SyntaxError {
  explicit SyntaxError(std::string_view what) {
    constexpr std::string_view kStart = "while parsing ", kDash = " - ", kLastRead = "; last read: '";
    lexical = what.find(kLastRead) != std::string_view::npos;
    const size_t start = what.find(kStart);
    if (start == std::string_view::npos) {
      cause = StrCat("not JSON: ", what.substr(what.find(']') + 1));
      return;
    }
    what.remove_prefix(start + kStart.size());
    const size_t dash = what.find(kDash);
    const std::string_view problem = what.substr(dash + kDash.size());
    cause = StrCat("not JSON: ", problem.substr(0, problem.find(kLastRead)), ", in ", what.substr(0, dash));
  }

  bool lexical = false;  // within a token; otherwise a token that may not stand there
  std::string cause;
};

class LevelReader {
 public:
  // `moves`: the text is as the file has it, so that places within it can be told.
  LevelReader(std::string_view text, const FilePosition& at, bool moves, ImportErrors& errors)
      : text_(text), moves_(moves), reached_(text.data()), at_(at), errors_(errors) {}

  std::optional<JsonLevel> Read() {
    const bool read = Json::sax_parse(CountingIterator(text_.data(), &reached_),
                                      CountingIterator(text_.data() + text_.size(), &reached_), this);
    if (!read) return std::nullopt;
    return std::move(level_);
  }

  // What the library calls, in the order of the text.
  bool null() { return Scalar(CellKind::kNull, {}); }
  bool boolean(bool value) { return Scalar(CellKind::kText, value ? "true" : "false"); }
  bool number_integer(Json::number_integer_t) { return Number(); }
  bool number_unsigned(Json::number_unsigned_t) { return Number(); }
  bool number_float(Json::number_float_t, const std::string&) { return Number(); }
  bool string(std::string& value) { return Scalar(CellKind::kText, std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(size_t) { return Open(CellKind::kObject); }
  bool start_array(size_t) { return Open(CellKind::kArray); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }

  bool key(std::string& name) {
    Begin();
    last_end_ = reached_;
    if (depth_ != 1) return true;
    if (!names_.insert(name).second) return Fail(StrCat("the key ", Shown(name), " is there twice"));
    name_ = std::move(name);
    return true;
  }

  bool parse_error(size_t position, const std::string& token, const Json::exception& error) {
    const SyntaxError syntax(error.what());
    // Of a bracket, comma or colon the library hands over the token before as well.
    const bool is_mark = !token.empty() && std::string_view("{}[],:").find(token.back()) != std::string_view::npos;
    const size_t back = syntax.lexical || is_mark ? 1 : token.size();
    const size_t offset = std::min(text_.size(), position - std::min(position, back));
    MoveTo(text_.data() + offset);
    return Fail(syntax.cause);
  }

 private:
  // Moves to the start of the token that was just read.
  void Begin() {
    while (last_end_ < reached_ && std::string_view(" \t\r\n,:").find(*last_end_) != std::string_view::npos)
      ++last_end_;
    MoveTo(last_end_);
  }

  void MoveTo(const char* to) {
    if (!moves_ || to <= moved_) return;
    at_.Advance({moved_, static_cast<size_t>(to - moved_)});
    moved_ = to;
  }

  bool Scalar(CellKind kind, std::string text) {
    Begin();
    last_end_ = reached_;
    if (depth_ == 0) return Fail("expected a JSON object or array");
    if (depth_ == 1) level_.members.push_back({std::exchange(name_, {}), std::move(text), at_, kind});
    return true;
  }

  // As it is written.
  bool Number() {
    Begin();
    const char* const end = text_.data() + text_.size();
    const char* digit = last_end_;
    while (digit < end && std::string_view("+-.0123456789eE").find(*digit) != std::string_view::npos) ++digit;
    return Scalar(CellKind::kText, std::string(last_end_, digit));
  }

  bool Open(CellKind kind) {
    Begin();
    if (depth_ == kMaxJsonDepth) return Fail(StrCat("JSON is nested more than ", kMaxJsonDepth, " levels deep"));
    if (depth_ == 0) level_.is_object = kind == CellKind::kObject;
    if (depth_ == 1) {
      level_.members.push_back({std::exchange(name_, {}), {}, at_, kind});
      nested_ = last_end_;
    }
    last_end_ = reached_;
    ++depth_;
    return true;
  }

  bool Close() {
    last_end_ = reached_;
    if (--depth_ == 1) level_.members.back().text.assign(nested_, reached_);
    return true;
  }

  bool Fail(std::string_view cause) {
    errors_.Add(at_, cause);
    return false;
  }

  const std::string_view text_;
  const bool moves_;
  const char* reached_;                  // by the library: behind the token, but after a number one byte further
  const char* last_end_ = text_.data();  // of the token before
  const char* moved_ = text_.data();     // where at_ is
  const char* nested_ = nullptr;         // start of the nested member
  FilePosition at_;
  ImportErrors& errors_;
  size_t depth_ = 0;
  std::string name_;
  absl::flat_hash_set<std::string> names_;
  JsonLevel level_;
};

}  // namespace

std::optional<JsonLevel> ReadJsonLevel(std::string_view text, const FilePosition& at, ImportErrors& errors) {
  return LevelReader(text, at, /*moves=*/true, errors).Read();
}

std::optional<JsonLevel> ReadJsonCell(const RowCell& cell, ImportErrors& errors) {
  return LevelReader(cell.text, cell.at, /*moves=*/cell.kind != CellKind::kText, errors).Read();
}

}  // namespace attune

// Random templates mean the same to us and to a well-known Mustache.
#include <gtest/gtest.h>

#include <kainjow/mustache.hpp>
#include <random>

#include "base/strings.h"
#include "tests/prompt/template_values.h"

namespace attune {
namespace {

namespace mustache = kainjow::mustache;

const char* const kNames[] = {"a", "b", "c"};
const char* const kOn = "on";    // has always a value
const char* const kOff = "off";  // never

// Kainjow's Mustache departs from the specification in three ways: it takes a line away that has several section tags
// and nothing else; it leaves the line of a comment; and it leaves one of the lines of a hidden section. So every line
// here begins with text or is one section tag alone, and a section over several lines is shown.
class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  std::string Text(int depth) {
    std::string text;
    for (size_t lines = Below(5); lines > 0; --lines) text += Below(2) == 0 ? Line(depth) : Lines(depth);
    return text;
  }

  StringMap Values() {
    static const char* const kValues[] = {"", "1", "{{a}}", "<&>", "two\nlines", "{{#b}}"};
    StringMap values = {{kOn, "1"}, {kOff, ""}};
    for (const char* name : kNames) values[name] = kValues[Below(std::size(kValues))];
    return values;
  }

  size_t Below(size_t end) { return random_() % end; }

 private:
  std::string Line(int depth) { return StrCat("-", Pieces(depth), "\n"); }

  std::string Pieces(int depth) {
    std::string text;
    for (size_t pieces = Below(5); pieces > 0; --pieces) text += Piece(depth);
    return text;
  }

  std::string Piece(int depth) {
    static const char* const kPlain[] = {"x", " ", "}", "{ ", "\xC3\xA9", "{{! note }}"};
    const std::string name = Name();
    switch (depth == 0 ? Below(4) : Below(5)) {
      case 0:
        return StrCat("{{", name, "}}");
      case 1:
        return StrCat("{{{ ", name, " }}}");
      case 2:
        return StrCat("{{&", name, "}}");
      case 3:
        return kPlain[Below(std::size(kPlain))];
      default:
        return Section(Below(2) == 0 ? "#" : "^", name, Pieces(depth - 1));
    }
  }

  // A section over several lines; every third repeats for the examples.
  std::string Lines(int depth) {
    if (depth == 0) return "\n";
    if (inside_examples_ || Below(3) > 0) {
      const bool inverted = Below(2) == 0;
      return Section(inverted ? "^" : "  #", inverted ? kOff : kOn, StrCat("\n", Text(depth - 1), "\n")) + "\n";
    }
    inside_examples_ = true;
    const std::string inside = Text(depth - 1);
    inside_examples_ = false;
    return Section("#", "examples", StrCat("\n", inside, "\n")) + "\n";
  }

  // Blanks before the sigil stand before the tag.
  static std::string Section(std::string_view sigil, const std::string& name, const std::string& inside) {
    const std::string_view blanks = sigil.substr(0, sigil.size() - 1);
    return StrCat(blanks, "{{", sigil.substr(blanks.size()), name, "}}", inside, "{{/", name, "}}");
  }

  std::string Name() { return kNames[Below(std::size(kNames))]; }

  std::mt19937 random_;
  bool inside_examples_ = false;
};

// For kainjow a text is true even if it is empty.
mustache::data DataOf(const StringMap& values) {
  mustache::data data;
  for (const auto& [name, value] : values) {
    if (value.empty()) {
      data.set(name, mustache::data(false));
    } else {
      data.set(name, value);
    }
  }
  return data;
}

std::string RenderElsewhere(const std::string& text, const StringMap& values, const std::vector<StringMap>& examples) {
  mustache::mustache other(text);
  other.set_custom_escape([](const std::string& value) { return value; });
  mustache::data data = DataOf(values);
  mustache::data list(mustache::data::type::list);
  for (const StringMap& example : examples) list.push_back(DataOf(example));
  data.set("examples", list);
  return other.is_valid() ? other.render(data) : other.error_message();
}

TEST(Template, MeansWhatMustacheMeans) {
  Maker maker(7);
  for (int round = 0; round < 5'000; ++round) {
    const std::string text = maker.Text(4);
    const StringMap values = maker.Values();
    std::vector<StringMap> examples(1 + maker.Below(3));
    for (StringMap& example : examples) example = maker.Values();
    ASSERT_EQ(RenderText(text, MapValues(values, examples)), RenderElsewhere(text, values, examples))
        << "round " << round << ":\n"
        << text;
  }
}

}  // namespace
}  // namespace attune

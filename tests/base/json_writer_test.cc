#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <string>

namespace attune {
namespace {

std::string Written(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

// The writer looks at sixteen bytes at once: every byte at every place of them, and beside bytes that set the high bit.
TEST(AppendJsonString, EscapesWhatMustBeWhereverItStands) {
  const struct {
    char byte;
    const char* escaped;
  } cases[] = {{'"', "\\\""},       {'\\', "\\\\"},      {'\n', "\\n"},     {'\r', "\\r"},   {'\t', "\\t"},
               {'\x01', "\\u0001"}, {'\x1f', "\\u001f"}, {'\0', "\\u0000"}, {' ', " "},      {'!', "!"},
               {'#', "#"},          {'[', "["},          {']', "]"},        {'\x7f', "\x7f"}};
  for (const std::string filler : {"a", "\u00e9", "\u00ff", "!"}) {
    std::string long_text;
    while (long_text.size() < 40) long_text += filler;
    for (const auto& c : cases) {
      for (size_t at = 0; at <= long_text.size(); at += filler.size()) {
        std::string text = long_text;
        text.insert(at, 1, c.byte);
        std::string expected = long_text;
        expected.insert(at, c.escaped);
        ASSERT_EQ(Written(text), "\"" + expected + "\"") << static_cast<int>(c.byte) << " at " << at;
      }
    }
  }
  EXPECT_EQ(Written(""), "\"\"");
  EXPECT_EQ(Written(R"(""""""""")"), R"("\"\"\"\"\"\"\"\"\"")");
}

// The last bytes are looked at with some of those before: texts of every length, with two to escape.
TEST(AppendJsonString, EscapesAtTheEndOfTextsOfEveryLength) {
  for (size_t size = 1; size <= 70; ++size) {
    for (size_t first = 0; first < size; ++first) {
      for (size_t second = first; second < size; ++second) {
        std::string text(size, 'a');
        text[first] = text[second] = '"';
        std::string expected;
        for (const char c : text) expected += c == '"' ? "\\\"" : std::string(1, c);
        ASSERT_EQ(Written(text), "\"" + expected + "\"") << size << " bytes, " << first << " and " << second;
      }
    }
    ASSERT_EQ(Written(std::string(size, 'a')), "\"" + std::string(size, 'a') + "\"");
  }
}

TEST(JsonWriter, GoesOnBehindMembersThatAreJson) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray().BeginObject().RawMembers(R"("a":1,"b":)").String("x").EndObject();
  json.BeginObject().Key("c").Int(1).RawMembers(R"("d":)").BeginArray().EndArray().EndObject().EndArray();
  EXPECT_EQ(out, R"([{"a":1,"b":"x"},{"c":1,"d":[]}])");
}

}  // namespace
}  // namespace attune

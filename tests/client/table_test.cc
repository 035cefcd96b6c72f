#include "client/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "client/cli/text_width.h"

namespace attune {
namespace {

TEST(TextWidth, CountsColumnsNotBytes) {
  const struct {
    const char* text;
    size_t width;
  } cases[] = {{"", 0}, {"abc", 3}, {"naïve", 5}, {"東京", 4}, {"e\u0301", 1}, {"a\xff", 2}};
  for (const auto& c : cases) EXPECT_EQ(DisplayWidth(c.text), c.width) << c.text;
}

TEST(TextWidth, ShortensWithoutCuttingACharacter) {
  const struct {
    const char* text;
    size_t width;
    const char* expected;
  } cases[] = {{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"東京都", 4, "東…"},
               {"abcd", 1, "…"},  {"abcd", 0, ""},    {"", 0, ""}};
  for (const auto& c : cases) EXPECT_EQ(Shorten(c.text, c.width), c.expected) << c.text << " to " << c.width;
}

TEST(TextWidth, DataCannotCommandTheTerminal) {
  EXPECT_EQ(WithoutControls("a\x1b[31mb\r\x07 c\n\td\u009b"), "a[31mb c\n\td");
  EXPECT_EQ(WithoutControls("a\xff"), "a\uFFFD");
  EXPECT_EQ(OneLine("  a \n\n b\tc  "), "a b c");
}

TEST(Table, AlignsByDisplayWidth) {
  Table table({Text("NAME"), Number("N"), Text("END")});
  table.Add({"東京", "7", "x"});
  table.Add({"a", "1,000", ""});
  EXPECT_EQ(table.Format(0),
            "NAME      N  END\n"
            "東京      7  x\n"
            "a     1,000\n");
}

TEST(Table, OnlyElasticColumnsGiveWay) {
  Table table({Text("ID"), LongText("TEXT")});
  table.Add({"identifier", "a text that is too long"});
  EXPECT_EQ(table.Format(22),
            "ID          TEXT\n"
            "identifier  a text th…\n");
  EXPECT_EQ(table.Format(5),
            "ID          TEXT\n"
            "identifier  a text …\n");
}

TEST(Table, CellsStayOnTheirLine) {
  Table table({Text("A"), Text("B")});
  table.Add({"two\nlines", "\x1b[2J"});
  EXPECT_EQ(table.Format(0), "A          B\ntwo lines  [2J\n");
}

TEST(Table, IsShortenedAndColouredOnATerminalOnly) {
  Table table({LongText("TITLE")});
  table.Add({"a text of more columns than there are"});
  std::ostringstream out, err;
  Console console{.out = out, .err = err};
  console.colour = true;
  console.width = 10;
  Print(console, table, "nothing");
  EXPECT_EQ(out.str(), "TITLE\na text of more columns than there are\n");
  out.str("");
  console.out_is_terminal = true;
  Print(console, table, "nothing");
  EXPECT_EQ(out.str(), "\x1b[1mTITLE\x1b[0m\na text of…\n");
  Print(console, Table({Text("TITLE")}), "nothing");
  EXPECT_EQ(err.str(), "nothing\n");
}

}  // namespace
}  // namespace attune

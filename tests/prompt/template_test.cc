#include "prompt/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "tests/prompt/template_values.h"

namespace attune {
namespace {

using testing::HasSubstr;

std::string Repeated(size_t times, std::string_view text) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

struct RenderCase {
  const char* text;
  const char* expected;
};

void ExpectRendered(const std::vector<RenderCase>& cases) {
  const MapValues values(
      {{"x", "1"}, {"empty", ""}, {"_y2", "two"}, {"html", "<b>&\"'"}, {"braces", "{{x}} {{#x}}{{{x}}}"}},
      {{{"input", "q1"}, {"output", "a1"}, {"x", "ex"}}, {{"input", "q2"}, {"output", "{{x}}"}}});
  for (const RenderCase& test : cases) EXPECT_EQ(RenderText(test.text, values), test.expected) << test.text;
}

TEST(Template, PutsValuesInThePlacesOfVariables) {
  ExpectRendered({
      {"", ""},
      {"no tags } {", "no tags } {"},
      {"{{x}}", "1"},
      {"a{{ x }}b{{\tx\n}}c", "a1b1c"},
      {"{{{x}}}{{{ x }}}{{&x}}{{& x }}", "1111"},
      {"{{_y2}}", "two"},
      {"[{{empty}}][{{unknown}}]", "[][]"},
      {"{\"a\": {{x}}}", "{\"a\": 1}"},
      {"}} {{x}}", "}} 1"},
      {"{{! a comment, {{ and = > too }}b", "b"},
      {"a{{!}}b", "ab"},
  });
}

TEST(Template, ValuesAreNeitherEscapedNorRenderedAgain) {
  ExpectRendered({
      {"{{html}}{{{html}}}{{&html}}", "<b>&\"'<b>&\"'<b>&\"'"},
      {"{{braces}}", "{{x}} {{#x}}{{{x}}}"},
      {"{{#braces}}{{braces}}{{/braces}}", "{{x}} {{#x}}{{{x}}}"},
      {"{{#examples}}{{output}};{{/examples}}", "a1;{{x}};"},
  });
}

TEST(Template, SectionsAreShownByTheirValue) {
  ExpectRendered({
      {"{{#x}}yes{{/x}}{{^x}}no{{/x}}", "yes"},
      {"{{#empty}}yes{{/empty}}{{^empty}}no{{/empty}}", "no"},
      {"{{#unknown}}yes{{/unknown}}{{^ unknown }}no{{/ unknown }}", "no"},
      {"{{#x}}a{{#empty}}b{{/empty}}{{^empty}}c{{x}}{{/empty}}d{{/x}}e", "ac1de"},
      {"{{#x}}{{#x}}{{x}}{{/x}}{{/x}}", "1"},
      {"{{#examples}}[{{input}}={{output}} {{x}}]{{/examples}}", "[q1=a1 ex][q2={{x}} ]"},
      {"{{#examples}}{{#x}}{{input}} has x{{/x}}{{^x}}, not {{input}}{{/x}}{{/examples}}", "q1 has x, not q2"},
      {"{{^examples}}none{{/examples}}", ""},
      {"{{#x}}{{#examples}}{{input}}{{/examples}}{{/x}}{{x}}", "q1q21"},
      {"{{#examples}}{{input}}{{/examples}}{{#examples}}{{output}}{{/examples}}", "q1q2a1{{x}}"},
  });
  EXPECT_EQ(RenderText("{{#examples}}some{{/examples}}{{^examples}}none{{/examples}}", MapValues(StringMap())), "none");
}

TEST(Template, ASectionTagOrCommentAloneOnItsLineTakesTheLine) {
  ExpectRendered({
      {"a\n{{#x}}\nb\n{{/x}}\nc", "a\nb\nc"},
      {"a\r\n  {{#x}} \t\r\nb\r\n{{/x}}\r\nc", "a\r\nb\r\nc"},
      {"  {{! c }}  \nb", "b"},
      {"a\n  {{! c }}", "a\n"},
      {"{{! two\nlines }}\nb", "b"},
      {"a\n{{^empty}}\n", "text: line 2, column 1: section 'empty' is never closed"},
      {"a\n{{^empty}}\n{{/empty}}\nb", "a\nb"},
      {"a {{! c }}\nb", "a \nb"},
      {"{{! c }} a\nb", " a\nb"},
      {"{{#x}}{{/x}}\nb", "\nb"},
      {"  {{x}}\n  {{{x}}}\n", "  1\n  1\n"},
      {"{{#empty}}\nb\n{{/empty}}\n", ""},
  });
}

struct BadTemplate {
  std::string text;
  const char* line;
  const char* column;
  const char* why;
};

TEST(Template, ErrorsNameFieldLineColumnAndCause) {
  const BadTemplate cases[] = {
      {"{{", "1", "1", "never closed with }}"},
      {"ab\nc {{x", "2", "3", "never closed with }}"},
      {"\xC3\xA9\xE6\x97\xA5{{x", "1", "3", "never closed with }}"},
      {"a\r\n{{x", "2", "1", "never closed with }}"},
      {"{{{x}}", "1", "1", "never closed with }}}"},
      {"{{x}} {{#a}}", "1", "7", "section 'a' is never closed"},
      {"{{#a}}\n{{#b}}{{/b}}", "1", "1", "section 'a' is never closed"},
      {" {{/a}}", "1", "2", "{{/a}} closes a section that was not opened"},
      {"{{#a}}{{#b}}{{/a}}{{/b}}", "1", "13", "{{/a}} stands where {{/b}} is expected"},
      {"{{}}", "1", "1", "names no variable"},
      {"{{# }}", "1", "1", "names no variable"},
      {"{{a.b}}", "1", "1", "letters, digits and _ only"},
      {"{{1a}}", "1", "1", "letters, digits and _ only"},
      {"{{a b}}", "1", "1", "letters, digits and _ only"},
      {"{{\xC3\xA9}}", "1", "1", "letters, digits and _ only"},
      {"{{{#a}}}", "1", "1", "letters, digits and _ only"},
      {"{{#" + std::string(kMaxVariableNameBytes + 1, 'x') + "}}", "1", "1", "the name has 65 bytes; the limit is 64"},
      {"{{> part}}", "1", "1", "partials are not supported"},
      {"{{<part}}", "1", "1", "partials are not supported"},
      {"{{$block}}", "1", "1", "partials are not supported"},
      {"{{=<% %>=}}", "1", "1", "other delimiters are not supported"},
      {"{{examples}}", "1", "1", "'examples' is a section"},
      {"{{#examples}}\n {{#examples}}{{/examples}}{{/examples}}", "2", "2", "cannot stand inside"},
      {"{{#examples}}{{^examples}}{{/examples}}{{/examples}}", "1", "14", "cannot stand inside"},
      {Repeated(kMaxSectionDepth + 1, "{{#a}}"), "1", "97", "sections nest more than 16 deep"},
      {Repeated(kMaxTemplateTags, "{{a}}\n") + "{{a}}", "4097", "1", "more than 4096 tags"},
  };
  for (const BadTemplate& test : cases) {
    const absl::Status status = Template::Parse(test.text, "prompt.messages[2].content").status();
    const std::string shown = test.text.substr(0, 60);
    EXPECT_EQ(ErrorReason(status), "BAD_TEMPLATE") << shown;
    EXPECT_EQ(ErrorMetadata(status, "field"), "prompt.messages[2].content") << shown;
    EXPECT_EQ(ErrorMetadata(status, "line"), test.line) << shown;
    EXPECT_EQ(ErrorMetadata(status, "column"), test.column) << shown;
    EXPECT_THAT(std::string(status.message()), HasSubstr(StrCat("line ", test.line, ", column ", test.column, ": ")));
    EXPECT_THAT(std::string(status.message()), HasSubstr(test.why));
  }
}

TEST(Template, MayReachItsLimits) {
  EXPECT_EQ(RenderText(Repeated(kMaxSectionDepth, "{{#x}}") + "!" + Repeated(kMaxSectionDepth, "{{/x}}"),
                       MapValues(StringMap{{"x", "1"}})),
            "!");
  EXPECT_EQ(RenderText(Repeated(kMaxTemplateTags, "{{x}}"), MapValues(StringMap{{"x", "1"}})),
            std::string(kMaxTemplateTags, '1'));
}

TEST(Template, RendersUpToItsLimitAndBehindWhatIsThere) {
  const auto text = Template::Parse("a{{x}}{{#examples}}{{output}}{{/examples}}", "text");
  ASSERT_TRUE(text.ok()) << text.status();
  const MapValues values({{"x", "bc"}}, {{{"output", "d"}}, {{"output", "e"}}});
  std::string out = "-- ";
  EXPECT_TRUE(text->Render(values, 8, out));
  EXPECT_EQ(out, "-- abcde");
  for (size_t limit = 0; limit < 8; ++limit) {
    out = "-- ";
    EXPECT_FALSE(text->Render(values, limit, out)) << limit;
    EXPECT_LE(out.size(), std::max<size_t>(limit, 3));
  }
}

TEST(Template, TellsEveryUseOfAVariableInOrder) {
  const auto text =
      Template::Parse("{{a}}\n \xC3\xA9{{^b}}{{{a}}}{{/b}}\n{{#examples}}\n{{&c}}{{/examples}}{{!d}}{{c}}", "text");
  ASSERT_TRUE(text.ok()) << text.status();
  std::string uses;
  for (const TemplateVariable& use : text->variables()) {
    StrAppend(&uses, use.name, " ", use.position.line, ":", use.position.column, use.in_examples ? " inside" : "",
              "\n");
  }
  EXPECT_EQ(uses, "a 1:1\nb 2:3\na 2:9\nexamples 3:1\nc 4:1 inside\nc 4:26\n");
  EXPECT_TRUE(text->UsesSection("examples"));
  EXPECT_FALSE(text->UsesSection("b"));
  EXPECT_FALSE(text->UsesSection("a"));
}

TEST(VariableName, HasLettersDigitsAndUnderscores) {
  for (const char* good : {"a", "_", "Z9", "_1", "snake_case", "camelCase"}) EXPECT_TRUE(IsVariableName(good)) << good;
  for (const char* bad : {"", "1", "a-b", "a.b", "a b", " a", "\xC3\xA9"}) EXPECT_FALSE(IsVariableName(bad)) << bad;
}

}  // namespace
}  // namespace attune

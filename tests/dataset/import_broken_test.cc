// Broken files: each error names its line, its column and its cause, wherever the file is cut into pieces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "attune/v1/errors.pb.h"
#include "tests/dataset/import_text.h"

namespace attune {
namespace {

using testing::HasSubstr;

struct Case {
  std::string name;
  std::string text;
  const char* reason;
  const char* line;
  const char* column;
  const char* cause;  // part of it
  ImportSettings settings = {};
};

std::string Nested(int levels) { return std::string(levels, '[') + std::string(levels, ']'); }

const std::vector<Case> kJsonCases = {
    {"missing comma", "[{\"prompt\":\"a\"\n \"completion\":\"b\"}]", "BAD_ROW", "2", "2", "unexpected string literal"},
    {"missing colon", R"([{"prompt" "a"}])", "BAD_ROW", "1", "12", "expected ':'"},
    {"trailing comma in an object", R"([{"prompt":"a","completion":"b",}])", "BAD_ROW", "1", "33", "unexpected '}'"},
    {"trailing comma in the array", "[{\"prompt\":\"a\",\"completion\":\"b\"},\n]", "BAD_ROW", "2", "1",
     "expected an element"},
    {"two commas", R"([{"prompt":"a","completion":"b"},,{}])", "BAD_ROW", "1", "34", "expected an element"},
    {"bad word", R"([{"prompt":tru}])", "BAD_ROW", "1", "15", "invalid literal"},
    {"bad escape", R"([{"prompt":"a\q"}])", "BAD_ROW", "1", "15", "forbidden character after backslash"},
    {"bad number", R"([{"prompt":1.x}])", "BAD_ROW", "1", "14", "invalid number"},
    {"single quotes", R"([{'prompt':'a'}])", "BAD_ROW", "1", "3", "invalid literal"},
    {"lone high surrogate", R"([{"prompt":"\ud83d!","completion":"b"}])", "BAD_ROW", "1", "19", "surrogate"},
    {"lone low surrogate", R"([{"prompt":"\ude00","completion":"b"}])", "BAD_ROW", "1", "18", "surrogate"},
    {"line end in a text", "[{\"prompt\":\"a\nb\",\"completion\":\"c\"}]", "BAD_ROW", "1", "14", "quote"},
    {"tab in a text", "[{\"prompt\":\"a\tb\"}]", "BAD_ROW", "1", "14", "U+0009"},
    {"cut array", R"([{"prompt":"a","completion":"b"})", "BAD_ROW", "1", "33", "ends within the array"},
    {"cut after a comma", R"([{"prompt":"a","completion":"b"},)", "BAD_ROW", "1", "34", "ends within the array"},
    {"cut object", R"([{"prompt":"a","comp)", "BAD_ROW", "1", "21", "missing closing quote"},
    {"text after the array", "[{\"prompt\":\"a\",\"completion\":\"b\"}]\n x", "BAD_ROW", "2", "2",
     "text follows the end"},
    {"text after an object", "{\"prompt\":\"a\",\"completion\":\"b\"} x\n", "BAD_ROW", "1", "33", "invalid literal"},
    {"a text for a row", R"([{"prompt":"a","completion":"b"}, "c"])", "BAD_ROW", "1", "35", "expected a JSON object"},
    {"an array for a row", "{\"prompt\":\"a\",\"completion\":\"b\"}\n[]\n", "BAD_ROW", "2", "1", "found an array"},
    {"object for a text", R"([{"prompt":{"a":1},"completion":"b"}])", "BAD_ROW", "1", "12", "found an object"},
    {"array for a text", R"([{"prompt":"a","completion":["b"]}])", "BAD_ROW", "1", "29", "found an array"},
    {"no input", "{\"prompt\":\"a\",\"completion\":\"b\"}\n {\"completion\":\"b\"}\n", "BAD_ROW", "2", "2",
     "hold the input"},
    {"no output", R"([{"prompt":"a","kind":"b"}])", "BAD_ROW", "1", "2", "found: 'prompt', 'kind'"},
    {"empty input", R"([{"prompt":"","completion":"b"}])", "BAD_ROW", "1", "12", "input is empty"},
    {"null input", R"([{"prompt":null,"completion":"b"}])", "BAD_ROW", "1", "12", "input is empty"},
    {"key twice", R"([{"prompt":"a","prompt":"b","completion":"c"}])", "BAD_ROW", "1", "16", "'prompt' is there twice"},
    {"key twice in metadata", R"([{"prompt":"a","completion":"c","metadata":{"k":"1","k":"2"}}])", "BAD_ROW", "1", "53",
     "'k' is there twice"},
    {"too deep", "[{\"prompt\":\"a\",\"completion\":\"b\",\"x\":" + Nested(64) + "}]", "BAD_ROW", "1", "100",
     "levels deep"},
    {"bad split", R"([{"prompt":"a","completion":"b","split":"half"}])", "BAD_ROW", "1", "41", "'half'"},
    {"bad weight", R"([{"prompt":"a","completion":"b","weight":-1}])", "BAD_ROW", "1", "42", "'-1'"},
    {"bad labels", R"([{"prompt":"a","completion":"b","labels":["x",null]}])", "BAD_ROW", "1", "47", "label"},
    {"bad variable", R"([{"prompt":"a","completion":"b","variables":{"v":[]}}])", "BAD_ROW", "1", "50", "'v'"},
    {"escapes in metadata", R"([{"prompt":"a","completion":"b","metadata":"{\n\n\"k\":x"}])", "BAD_ROW", "1", "44",
     "not JSON"},
    {"id twice", "{\"id\":1,\"prompt\":\"a\",\"completion\":\"b\"}\n{\"id\":1,\"prompt\":\"c\",\"completion\":\"d\"}",
     "BAD_ROW", "2", "1", "'1' belongs to another row already, in line 1"},
    {"title or text", R"({"title":"a","text":"b","label":"c"})", "BAD_ROW", "1", "1", "'title' or 'text'"},
    {"not an array",
     R"({"prompt":"a","completion":"b"})",
     "BAD_FORMAT",
     "1",
     "1",
     "array",
     {.format = FileFormat::kJson}},
    {"a given name that no row has",
     R"({"prompt":"a","completion":"b"})",
     "BAD_PARAMETER",
     "1",
     "1",
     "'topic'",
     {.label_column = "topic"}},
    {"a given input that is not there",
     R"({"prompt":"a","completion":"b"})",
     "BAD_ROW",
     "1",
     "1",
     "'q'",
     {.input_column = "q"}},
    {"object over lines", "{\n\"prompt\":\"a\",\n\"completion\":\"b\"\n}\n", "BAD_ROW", "1", "2", "end of input"},
    {"columns count characters", "[{\"prompt\":\"\xC3\xA9\xF0\x9F\x98\x80\" 1}]", "BAD_ROW", "1", "17", "unexpected"},
};

const std::vector<Case>& ChatCases() {
  static const std::vector<Case> cases = {
      {"no assistant", R"({"messages":[{"role":"user","content":"a"}]})", "BAD_ROW", "1", "13", "no output"},
      {"no user", R"({"messages":[{"role":"assistant","content":"a"}]})", "BAD_ROW", "1", "13", "no input"},
      {"unknown role", R"({"messages":[{"role":"wizard","content":"a"}]})", "BAD_ROW", "1", "22", "'wizard'"},
      {"no role", R"({"messages":[{"content":"a"}]})", "BAD_ROW", "1", "14", "who speaks"},
      {"image", R"({"messages":[{"role":"user","content":[{"type":"image_url"}]}]})", "BAD_ROW", "1", "40", "no text"},
      {"message is a text", R"({"messages":["a"]})", "BAD_ROW", "1", "14", "expected a turn"},
      {"not a chat",
       R"({"prompt":"a","completion":"b"})",
       "BAD_ROW",
       "1",
       "1",
       "`messages`",
       {.format = FileFormat::kChatJsonl}},
      {"not a conversation",
       R"([{"prompt":"a","completion":"b"}])",
       "BAD_ROW",
       "1",
       "2",
       "`turns`",
       {.format = FileFormat::kTranscript}},
      {"bad turn", "[{\"turns\":[{\"role\":\"user\",\"text\":\"a\"},\n {\"role\":\"user\",\"text\":{}}]}]", "BAD_ROW",
       "2", "24", "found an object"},
      {"nothing answered", R"([{"turns":[{"role":"user","text":"a"}]}])", "EMPTY_IMPORT", "", "", ""},
  };
  return cases;
}

const std::vector<Case>& TableCases() {
  static const std::vector<Case> cases = {
      {"no header", "How are you?,Fine\nAnd now?,Still\n", "BAD_ROW", "1", "1", "'How are you?', 'Fine'"},
      {"no output", "text,source\na,b\n", "BAD_ROW", "1", "1", "Name it with output_column"},
      {"too few cells", "text,label\na,b\nc\n", "BAD_ROW", "3", "2", "1 cell, the header 2"},
      {"too many cells", "text,label\na,b\nc,d,e\n", "BAD_ROW", "3", "5", "3 cells, the header 2"},
      {"open quote", "text,label\na,b\nc,\"d\ne,f\n", "BAD_ROW", "3", "3", "never closed"},
      {"text after a quote", "text,label\n\"a\" b,c\nd,e\n", "BAD_ROW", "2", "4", "text follows the quote"},
      {"empty input", "text,label\n,b\n", "BAD_ROW", "2", "1", "input is empty"},
      {"column twice", "text,label,text\na,b,c\n", "BAD_ROW", "1", "12", "two columns are named 'text'"},
      {"given column not there", "text,label\na,b\n", "BAD_ROW", "1", "1", "'topic'", {.label_column = "topic"}},
      {"bad metadata", "text,label,metadata\na,b,{x\n", "BAD_ROW", "2", "5", "not JSON"},
      {"bad metadata over lines", "text,label,metadata\na,b,\"{\n\"\"k\"\":x\"\n", "BAD_ROW", "2", "5", "not JSON"},
      {"bad split", "text,label,split\na,b,x\n", "BAD_ROW", "2", "5", "'x' is not a split"},
      {"bad weight", "text,label,weight\na,b,heavy\n", "BAD_ROW", "2", "5", "'heavy'"},
      {"after cells of many lines", "text,label\n\"a\r\nb\nc\",d\ne\n", "BAD_ROW", "5", "2", "1 cell"},
      {"tsv row", "Question\tAnswer\na\tb\tc\n", "BAD_ROW", "2", "5", "3 cells"},
      {"nothing", "", "EMPTY_IMPORT", "", "", ""},
      {"blank", " \n\r\n", "EMPTY_IMPORT", "", "", ""},
      {"only a mark", "\xEF\xBB\xBF", "EMPTY_IMPORT", "", "", ""},
      {"only a header", "text,label\n", "EMPTY_IMPORT", "", "", ""},
      {"empty array", "[]", "EMPTY_IMPORT", "", "", ""},
      {"UTF-16", std::string("\xFF\xFEt\0e\0", 6), "BAD_ENCODING", "1", "1", "UTF-16"},
      {"UTF-16, big end first", std::string("\xFE\xFF\0t", 4), "BAD_ENCODING", "1", "1", "UTF-16"},
      {"UTF-16 without a mark", std::string("t\0e\0", 4), "BAD_ENCODING", "1", "2", "NUL"},
      {"Latin-1", "text,label\ncaf\xE9 au lait,b\n", "BAD_ENCODING", "2", "4", "byte 0xE9"},
      {"overlong", "text,label\na,\xC0\xAF\n", "BAD_ENCODING", "2", "3", "byte 0xC0"},
      {"surrogate", "text,label\na,\xED\xA0\x80\n", "BAD_ENCODING", "2", "3", "byte 0xED"},
      {"cut character", "text,label\na,\xC3", "BAD_ENCODING", "2", "3", "ends within a character"},
      {"a row before the encoding", "text,label\nx\na,\xFF\n", "BAD_ROW", "2", "2", "1 cell"},
  };
  return cases;
}

class ImportBrokenTest : public testing::TestWithParam<const std::vector<Case>*> {};

TEST_P(ImportBrokenTest, NamesPlaceAndCause) {
  for (const Case& c : *GetParam()) {
    const absl::Status status = ImportBytes(c.text, c.settings).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.name;
    EXPECT_EQ(ErrorReason(status), c.reason) << c.name << ": " << status.message();
    EXPECT_EQ(ErrorMetadata(status, "line"), c.line) << c.name << ": " << status.message();
    EXPECT_EQ(ErrorMetadata(status, "column"), c.column) << c.name << ": " << status.message();
    EXPECT_THAT(ErrorMetadata(status, "cause"), HasSubstr(c.cause)) << c.name;
  }
}

TEST_P(ImportBrokenTest, SaysTheSameInPiecesOfEverySize) {
  for (const Case& c : *GetParam()) {
    const std::string whole = Outcome(ImportBytes(c.text, c.settings));
    for (size_t size = 1; size < c.text.size(); ++size) {
      ASSERT_EQ(Outcome(ImportInPieces(c.text, c.settings, size)), whole) << c.name << " in pieces of " << size;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, ImportBrokenTest, testing::Values(&kJsonCases, &ChatCases(), &TableCases()));

v1::BadRequest Violations(const absl::Status& status) {
  v1::BadRequest bad;
  if (const auto payload = status.GetPayload(AbslView(kBadRequestUrl))) bad.ParseFromString(std::string(*payload));
  return bad;
}

TEST(ImportErrorsTest, ListsAllErrors) {
  const absl::Status status = ImportBytes("text,label\na\nb,c\nd,e,f\n,g\n").status();
  EXPECT_EQ(ErrorMetadata(status, "errors"), "3");
  EXPECT_THAT(std::string(status.message()), HasSubstr("(and 2 more errors); nothing was imported"));
  const v1::BadRequest bad = Violations(status);
  ASSERT_EQ(bad.field_violations_size(), 3);
  EXPECT_EQ(bad.field_violations(0).field(), "line 2, column 2");
  EXPECT_EQ(bad.field_violations(1).field(), "line 4, column 5");
  EXPECT_EQ(bad.field_violations(2).field(), "line 5, column 1");
  EXPECT_EQ(bad.field_violations(2).description(), "the input is empty");
}

TEST(ImportErrorsTest, EndsAtTheHundredthError) {
  std::string text = "text,label\n";
  for (int i = 0; i < 1000; ++i) text += "only one cell\n";
  auto importer = Importer::Create({});
  ASSERT_TRUE(importer.ok());
  const absl::Status status = importer->Feed(text);
  EXPECT_EQ(ErrorMetadata(status, "errors"), "100");
  EXPECT_THAT(std::string(status.message()), HasSubstr("at least 99 more errors"));
  const v1::BadRequest bad = Violations(status);
  EXPECT_GT(bad.field_violations_size(), 10);
  EXPECT_LT(bad.ByteSizeLong(), 4096u);  // clients take no more than 8 KiB in a trailer
}

TEST(ImportErrorsTest, ShortensWhatTheFileSays) {
  const absl::Status status = ImportBytes("\xC3\xA9" + std::string(100'000, 'x') + "\na\n").status();
  EXPECT_EQ(ErrorReason(status), "BAD_ROW");
  EXPECT_LT(status.message().size(), 1000u);
}

}  // namespace
}  // namespace attune

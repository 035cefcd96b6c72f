// Every format, well written: what is read, and that the cuts between pieces do not matter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/dataset/import_text.h"

namespace attune {
namespace {

struct Case {
  const char* name;
  std::string text;
  FileFormat format;
  std::vector<std::string> rows;
  ImportSettings settings = {};
};

const std::vector<Case>& JsonCases() {
  static const std::vector<Case> cases = {
      {"array",
       R"([{"prompt":"a","completion":"b"}, {"prompt":"c","completion":"d"}])",
       FileFormat::kJson,
       {"a -> b", "c -> d"}},
      {"array over lines",
       "\n[\n  {\n    \"prompt\": \"a\",\n    \"completion\": \"b\"\n  }\n]\n",
       FileFormat::kJson,
       {"a -> b"}},
      {"usual names",
       R"([{"input":"a","output":"b"},{"question":"c","answer":"d"},{"Text":"e","Category":"f"},)"
       R"({"instruction":"g","response":"h"},{"sentence":"i","label":"j"}])",
       FileFormat::kJson,
       {"a -> b", "c -> d", "e -> f", "g -> h", "i -> j"}},
      {"instruction with input",
       R"([{"instruction":"Add","input":"1 2","output":"3"},{"instruction":"Sing","input":"","output":"la"}])",
       FileFormat::kJson,
       {"Add\n\n1 2 -> 3", "Sing -> la"}},
      {"brackets and quotes in texts",
       R"([{"prompt":"[{\"","completion":"}],\\"},{"prompt":"x","completion":"]"}])",
       FileFormat::kJson,
       {"[{\" -> }],\\", "x -> ]"}},
      {"escapes",
       R"([{"prompt":"\u00e9\ud83d\ude00\n","completion":"\/"}])",
       FileFormat::kJson,
       {"\xC3\xA9\xF0\x9F\x98\x80\n -> /"}},
      {"numbers, booleans, null",
       R"([{"prompt":7,"completion":1.50},{"prompt":true,"completion":null}])",
       FileFormat::kJson,
       {"7 -> 1.50", "true -> "}},
      {"all fields",
       R"([{"prompt":"a","completion":"b","id":"1","labels":["x","y","x"],"split":"test","weight":2,)"
       R"("variables":{"v":"w"},"metadata":{"m":"n","deep":{"k":[1]}},"more":3,"none":null}])",
       FileFormat::kJson,
       {"a -> b id=1 #x #y TEST x2 $v=w deep={\"k\":[1]} m=n more=3"}},
      {"one label", R"([{"prompt":"a","completion":"b","label":"x"}])", FileFormat::kJson, {"a -> b #x"}},
      {"lines",
       "{\"prompt\":\"a\",\"completion\":\"b\"}\n\n{\"prompt\":\"c\",\"completion\":\"d\"}",
       FileFormat::kJsonl,
       {"a -> b", "c -> d"}},
      {"lines with CRLF and byte-order mark",
       "\xEF\xBB\xBF{\"prompt\":\"a\",\"completion\":\"b\"}\r\n \r\n{\"prompt\":\"c\",\"completion\":\"d\"}\r\n",
       FileFormat::kJsonl,
       {"a -> b", "c -> d"}},
      {"given names",
       R"({"q":"a","A":"b","topic":"t","key":"k"})",
       FileFormat::kJsonl,
       {"a -> b id=k #t"},
       {.input_column = "q", .output_column = "a", .label_column = "topic", .id_column = "key"}},
      {"no id and no output",
       R"({"prompt":"a","id":"7","answer":"b"})",
       FileFormat::kJsonl,
       {"a ->  answer=b id=7"},
       {.output_column = "-", .id_column = "-"}},
  };
  return cases;
}

const std::vector<Case>& ChatCases() {
  static const std::vector<Case> cases = {
      {"chat",
       R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})",
       FileFormat::kChatJsonl,
       {"a -> b"}},
      {"long chat",
       R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},)"
       R"({"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"}],"id":"1"})",
       FileFormat::kChatJsonl,
       {R"(c -> d id=1 history=[{"role":"user","content":"a"},{"role":"assistant","content":"b"}] system=s)"}},
      {"parts",
       R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},)"
       R"({"role":"assistant","content":"c"}]})",
       FileFormat::kChatJsonl,
       {"a\nb -> c"}},
      {"chats in an array",
       R"([{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]},)"
       R"({"prompt":"c","completion":"d"}])",
       FileFormat::kJson,
       {"a -> b", "c -> d"}},
      {"transcript",
       R"([{"id":"7","lang":"en","turns":[{"speaker":"agent","text":"hi"},{"speaker":"customer","text":"a"},)"
       R"({"speaker":"customer","text":"b"},{"speaker":"agent","text":"c"},{"speaker":"customer","text":"bye"}]}])",
       FileFormat::kTranscript,
       {R"(a)"
        "\n"
        R"(b -> c id=7#1 conversation=7 history=[{"role":"assistant","content":"hi"}] lang=en)"}},
      {"transcript of pairs",
       R"([{"convo_id":3,"original":[["customer","a"],["action","looked up"],["agent","b"],["agent","c"]],"x":{}}])",
       FileFormat::kTranscript,
       {"a -> b\nc id=3#1 conversation=3"}},
      {"human and gpt",
       R"({"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"},)"
       R"({"from":"human","value":"c"},{"from":"gpt","value":"d"}]})",
       FileFormat::kTranscript,
       {"a -> b", R"(c -> d history=[{"role":"user","content":"a"},{"role":"assistant","content":"b"}])"}},
      {"the system answers",
       R"([[{"speaker":"USER","text":"a"},{"speaker":"SYSTEM","text":"b"}]])",
       FileFormat::kTranscript,
       {"a -> b"}},
      {"one conversation",
       R"([["agent","hi"],["customer","a"],["agent","b"]])",
       FileFormat::kTranscript,
       {R"(a -> b history=[{"role":"assistant","content":"hi"}])"}},
      {"one conversation of lines",
       "{\"role\":\"user\",\"content\":\"a\"}\n{\"role\":\"assistant\",\"content\":\"b\"}\n",
       FileFormat::kTranscript,
       {"a -> b"}},
      {"messages as a transcript",
       R"([{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},)"
       R"({"role":"user","content":"c"},{"role":"assistant","content":"d"}]}])",
       FileFormat::kTranscript,
       {"a -> b", R"(c -> d history=[{"role":"user","content":"a"},{"role":"assistant","content":"b"}])"},
       {.format = FileFormat::kTranscript}},
  };
  return cases;
}

const std::vector<Case>& TableCases() {
  static const std::vector<Case> cases = {
      {"csv", "text,category\na,b\nc,d\n", FileFormat::kCsv, {"a -> b", "c -> d"}},
      {"csv with CRLF, mark, no last line end",
       "\xEF\xBB\xBFtext,category\r\na,b\r\n\r\nc,d",
       FileFormat::kCsv,
       {"a -> b", "c -> d"}},
      {"csv with CR", "text,category\ra,b\rc,d\r", FileFormat::kCsv, {"a -> b", "c -> d"}},
      {"quotes",
       "text,category\n\"a,\"\"b\"\"\r\nc\",\"\"\nit's \"so\",d\n",
       FileFormat::kCsv,
       {"a,\"b\"\r\nc -> ", "it's \"so\" -> d"}},
      {"spaces are text", "prompt , Completion\n a , b \n", FileFormat::kCsv, {" a  ->  b "}},
      {"backslashes are text in CSV", "prompt,completion\na\\n,C:\\new\n", FileFormat::kCsv, {"a\\n -> C:\\new"}},
      {"semicolons", "question;answer\na,1;b\n", FileFormat::kCsv, {"a,1 -> b"}},
      {"all columns",
       "id,input,output,labels,split,weight,variables,metadata,more,none\n"
       "1,a,b,\"[\"\"x\"\",\"\"y\"\"]\",Dev,0.5,\"{\"\"v\"\":\"\"w\"\"}\",k:v|url:http://x,m,\n",
       FileFormat::kCsv,
       {"a -> b id=1 #x #y TEST x0.5 $v=w k=v more=m url=http://x"}},
      {"free metadata", "input,output,Metadata\na,b,just text\n", FileFormat::kCsv, {"a -> b Metadata=just text"}},
      {"intent before category", "utterance,category,intent\na,b,c\n", FileFormat::kCsv, {"a -> c category=b"}},
      {"a nameless column", ",text,label\n0,a,b\n", FileFormat::kCsv, {"a -> b column 1=0"}},
      {"tsv", "Question\tAnswer\tSource\na\tb, c\thttp://x\n", FileFormat::kTsv, {"a -> b, c Source=http://x"}},
      {"tsv with escapes", "Question\tAnswer\na\\tb\tc\\n\\\\n\\d\n", FileFormat::kTsv, {"a\tb -> c\n\\n\\d"}},
      {"tsv with quotes", "Question\tAnswer\n\"a\tb\\n\"\t[\"c\"]\n", FileFormat::kTsv, {"a\tb\\n -> [\"c\"]"}},
      {"tsv, escapes kept",
       "Question\tAnswer\na\\n\tC:\\new\n",
       FileFormat::kTsv,
       {"a\\n -> C:\\new"},
       {.keep_escapes = true}},
      {"csv by order",
       "{q},a\nx,y\n",
       FileFormat::kCsv,
       {"x -> y"},
       {.format = FileFormat::kCsv, .input_column = "{q}", .output_column = "a"}},
  };
  return cases;
}

class ImportGoodTest : public testing::TestWithParam<const std::vector<Case>*> {};

TEST_P(ImportGoodTest, ReadsEveryCase) {
  for (const Case& c : *GetParam()) {
    const auto file = ImportBytes(c.text, c.settings);
    ASSERT_TRUE(file.ok()) << c.name << ": " << file.status();
    EXPECT_EQ(file->format, c.format) << c.name << ": " << FormatName(file->format);
    EXPECT_EQ(Render(file->examples), c.rows) << c.name;
    EXPECT_EQ(file->rows, static_cast<int64_t>(c.rows.size())) << c.name;
  }
}

TEST_P(ImportGoodTest, ReadsTheSameInPiecesOfEverySize) {
  for (const Case& c : *GetParam()) {
    const std::string whole = Outcome(ImportBytes(c.text, c.settings));
    for (size_t size = 1; size < c.text.size(); ++size) {
      ASSERT_EQ(Outcome(ImportInPieces(c.text, c.settings, size)), whole) << c.name << " in pieces of " << size;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, ImportGoodTest, testing::Values(&JsonCases(), &ChatCases(), &TableCases()));

TEST(ImportTest, CountsEscapedCells) {
  const auto file = ImportBytes("Question\tAnswer\na\tb\\nc\\nd\nplain\tC:\\dir\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->escaped_cells, 1);
}

TEST(ImportTest, ReadsALongLineOfManyRows) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i) StrAppend(&text, i == 0 ? "" : ",", R"({"prompt":"q)", i, R"(","completion":"a"})");
  text += "]";
  const auto file = ImportInPieces(text, {}, 1000);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->rows, 20'000);
}

TEST(ImportTest, FormatByFileName) {
  EXPECT_EQ(FormatOfFileName("dir/faq.CSV"), FileFormat::kCsv);
  EXPECT_EQ(FormatOfFileName("faq.tsv"), FileFormat::kTsv);
  EXPECT_EQ(FormatOfFileName("faq.json"), std::nullopt);
  EXPECT_EQ(FormatOfFileName("csv"), std::nullopt);
}

}  // namespace
}  // namespace attune

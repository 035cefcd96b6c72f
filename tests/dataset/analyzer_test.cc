// What retrieval takes for the same text.
#include "base/analyzer.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "dataset/example_id.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

struct TextCase {
  const char* text;
  const char* normalized;
};

TEST(NormalizeText, FoldsCaseFormsAndAccents) {
  const TextCase cases[] = {
      {"", ""},
      {"  ?! ", ""},
      {"Where IS my Card?", "where is my card"},
      {"a\t\n b--c__d", "a b c d"},
      {"it's 3.5%", "it s 3 5"},
      {"\u00c9t\u00e9", "ete"},                                                                      // composed
      {"E\u0301te\u0301", "ete"},                                                                    // decomposed
      {"stra\u00dfe STRASSE", "strasse strasse"},                                                    // sharp s
      {"\uff21\uff22\uff11", "ab1"},                                                                 // full width
      {"\ufb01ne", "fine"},                                                                          // ligature
      {"x\u00b2", "x2"},                                                                             // superscript
      {"\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "\u03c3\u03b9\u03c3\u03c5\u03c6\u03bf\u03c3"},  // Greek
      {"\u041f\u0440\u0438\u0432\u0435\u0442", "\u043f\u0440\u0438\u0432\u0435\u0442"},              // Cyrillic
      {"\u65e5\u672c\u3002\u8a9e", "\u65e5\u672c \u8a9e"},  // ideographic full stop
      {"a\u00a0b\u2014c", "a b c"},                         // no-break space, dash
      {"so\u00adft", "soft"},                               // soft hyphen
      {"\U0001f600 ok \U0001f600", "ok"},                   // emoji
      {"a\xFFx", "a x"},                                    // invalid
      {"\xFF\xFE", ""},
      {"\xC3", ""},  // cut
      {"caf\u00e9\xE2\x82", "cafe"},
      {"\xC0\xAFx", "x"},      // overlong
      {"\xED\xA0\x80x", "x"},  // surrogate
  };
  for (const TextCase& test : cases) {
    EXPECT_EQ(NormalizeText(test.text), test.normalized) << test.text;
    EXPECT_EQ(NormalizeText(test.normalized), test.normalized) << "again: " << test.text;
  }
  EXPECT_EQ(NormalizeText(std::string_view("a\0b", 3)), "a b");
}

// ASCII takes a path of its own; a text beyond ASCII must fold its ASCII part to the same.
TEST(NormalizeText, IsTheSameOnBothPaths) {
  const std::string end = " \u00f6";
  for (int first = 0; first < 0x80; ++first) {
    for (const char second : {'a', 'Z', ' ', '\'', '5'}) {
      const std::string text = {'q', static_cast<char>(first), second, 'q'};
      EXPECT_EQ(NormalizeText(text) + " o", NormalizeText(text + end)) << first << " " << second;
    }
  }
}

struct TermsCase {
  const char* text;
  std::vector<std::string> terms;
  std::vector<std::string> of_question;  // empty: the same
};

std::vector<uint64_t> HashesOf(const std::vector<std::string>& terms) {
  std::vector<uint64_t> hashes;
  for (const std::string& term : terms) hashes.push_back(Hash64(term));
  return hashes;
}

TEST(AnalyzeText, CutsWordsIntoFourCharacters) {
  const TermsCase cases[] = {
      {"", {}, {}},
      {"!?", {}, {}},
      {"a", {"_a"}, {}},
      {"is", {"_is"}, {}},
      {"my", {"_my"}, {}},
      {"the", {"_the"}, {}},
      {"Card", {"_car", "card"}, {}},
      {"cards", {"_car", "card", "ards"}, {"_car", "ards"}},
      {"banned", {"_ban", "bann", "anne", "nned"}, {"_ban", "anne", "nned"}},
      {"my card, MY", {"_my", "_car", "card", "_my"}, {}},
      {"\u00e9t\u00e9s", {"_ete", "etes"}, {}},
      {"\u03b1\u03b2\u03b3", {"_\u03b1\u03b2\u03b3"}, {}},
      {"\u03b1\u03b2\u03b3\u03b4\u03b5",
       {"_\u03b1\u03b2\u03b3", "\u03b1\u03b2\u03b3\u03b4", "\u03b2\u03b3\u03b4\u03b5"},
       {"_\u03b1\u03b2\u03b3", "\u03b2\u03b3\u03b4\u03b5"}},
      {"\u03b1", {"_\u03b1"}, {}},
      // Without spaces between words: two, and of a question all of them.
      {"\u65e5", {"_\u65e5", "\u65e5_"}, {}},
      {"\u65e5\u672c", {"_\u65e5", "\u65e5\u672c", "\u672c_"}, {}},
      {"\u65e5 cards", {"_\u65e5", "\u65e5_", "_car", "card", "ards"}, {"_\u65e5", "\u65e5_", "_car", "ards"}},
  };
  for (const TermsCase& test : cases) {
    EXPECT_EQ(AnalyzeText(test.text), HashesOf(test.terms)) << test.text;
    const AnalyzedQuestion question = AnalyzeQuestion(test.text);
    EXPECT_EQ(question.terms, HashesOf(test.of_question.empty() ? test.terms : test.of_question)) << test.text;
    EXPECT_EQ(question.length, test.terms.size()) << test.text;
  }
}

TEST(ExampleId, ComesFromInputAndVariablesAlone) {
  Example example = MakeExample("", "hot");
  example.variables = {{"a", "b"}};
  const std::string id = MakeExampleId(example);
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  Example same = example;
  same.id = "given";
  same.output = "other";
  same.labels = {"l"};
  same.metadata = {{"m", "n"}};
  same.weight = 3;
  same.split = Split::kTest;
  EXPECT_EQ(MakeExampleId(same), id);
  // No two run together into the same bytes.
  std::vector<Example> others(6, example);
  others[0].input = "Hot";
  others[1].variables = {};
  others[2].variables = {{"a", "c"}};
  others[3].variables = {{"ab", ""}};
  others[4].variables = {{"", "ab"}};
  others[5].input = "hot1:a1:b";
  others[5].variables = {};
  for (size_t i = 0; i < others.size(); ++i) EXPECT_NE(MakeExampleId(others[i]), id) << i;
}

// Ids are stored: the same in every release.
TEST(ExampleId, NeverChanges) {
  EXPECT_EQ(MakeExampleId(MakeExample("", "What is the warranty period for Product X?")),
            "455c03e681697ab1fa53183c96e15a2c");
}

}  // namespace
}  // namespace attune

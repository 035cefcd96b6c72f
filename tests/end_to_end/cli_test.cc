// The command line as its users run it: the real binaries, what they print, how they exit.
#include <nlohmann/json.hpp>
#include <sstream>

#include "attune/v1/attune.pb.h"
#include "attune/v1/evaluations.pb.h"
#include "attune/v1/insights.pb.h"
#include "tests/end_to_end/cli_house.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Cli, ANewcomerImportsAsksAndSeesWhatTheAnswerWasBuiltFrom) {
  ImportFaq();
  const CommandResult asked = Attune({"ask", "How many years of warranty do I get on Product X?"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_EQ(asked.out, "Product X comes with a two-year warranty from the date of purchase.\n");
  EXPECT_THAT(asked.err, HasSubstr("interaction "));
  EXPECT_THAT(asked.err, HasSubstr("default@1 with 4 examples of default@1"));

  const auto answer = Json<v1::AskResponse>({"ask", "How many years of warranty do I get on Product X?"});
  EXPECT_THAT(answer.text(), HasSubstr("two-year"));
  EXPECT_EQ(answer.provenance().prompt_version(), 1);
  EXPECT_EQ(answer.provenance().dataset_version(), 1);
  EXPECT_GT(answer.provenance().revision(), 0);
  EXPECT_EQ(answer.provenance().example_ids_size(), 4);

  const std::string explained = Out({"ask", "--explain", "-q", "How many years of warranty do I get on Product X?"});
  EXPECT_THAT(explained, HasSubstr("What is the warranty period for Product X?"));
  EXPECT_THAT(explained, HasSubstr("COVERAGE"));
}

TEST_F(Cli, AnAddedExampleIsSeenByTheNextQuestion) {
  ImportFaq();
  EXPECT_THAT(Out({"dataset", "add", "default", "--input", "Do you ship to Norway?", "--output", "Yes, in five days."}),
              HasSubstr("default@2: 1 added"));
  EXPECT_EQ(Out({"ask", "-q", "Can you ship it to Norway?"}), "Yes, in five days.\n");
}

TEST_F(Cli, TheWeightsOfWordsAreSetFromAVersionOn) {
  ImportFaq();
  EXPECT_THAT(Out({"dataset", "settings", "default", "--b", "0.25"}), HasSubstr("default@2 ranks with k1 2.5, b 0.25"));
  EXPECT_THAT(Out({"dataset", "settings", "default", "--k1", "1.2"}), HasSubstr("default@3 ranks with k1 1.2, b 0.25"));
  EXPECT_THAT(Out({"dataset", "show", "default"}), HasSubstr("ranking      k1 1.2, b 0.25"));
  EXPECT_THAT(Out({"dataset", "show", "default@1"}), Not(HasSubstr("ranking")));
  const CommandResult refused = Attune({"dataset", "settings", "default", "--b", "2"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("settings.lexical.b"));
  EXPECT_EQ(Attune({"dataset", "settings", "default"}).exit_code, 2);
}

TEST_F(Cli, UnknownNamesGiveTheNearestAndExitFour) {
  const CommandResult asked = Attune({"ask", "--prompt", "defautl", "What?"});
  EXPECT_EQ(asked.exit_code, 4);
  EXPECT_EQ(asked.out, "");
  EXPECT_THAT(asked.err, HasSubstr("error: there is no prompt 'defautl'"));
  EXPECT_THAT(asked.err, HasSubstr("default"));
  const CommandResult as_json = Attune({"ask", "--prompt", "defautl", "What?", "--json"});
  EXPECT_EQ(as_json.exit_code, 4);
  const auto error = nlohmann::json::parse(as_json.err, nullptr, false);
  ASSERT_TRUE(error.is_object()) << as_json.err;
  EXPECT_EQ(error["reason"], "PROMPT_NOT_FOUND");
  EXPECT_EQ(error["metadata"]["nearest"], "default");
}

TEST_F(Cli, BadUsageExitsTwo) {
  const std::vector<std::vector<std::string>> bad = {{},
                                                     {"aks", "What?"},
                                                     {"ask", "--temprature", "1", "What?"},
                                                     {"ask", "--var", "novalue", "What?"},
                                                     {"ask", "--temperature", "9", "What?"},
                                                     {"dataset", "import", "/no/such/file"},
                                                     {"dataset", "import", "x", "--format", "xml"},
                                                     {"prompt"},
                                                     {"feedback", "x", "--up", "--down"},
                                                     {"eval", "--metric", "bleu"},
                                                     {"eval", "--file", "x", "--dataset", "y"},
                                                     {"eval", "--fail-under", "7"}};
  for (const auto& words : bad) {
    const CommandResult result = Attune(words);
    EXPECT_EQ(result.exit_code, 2) << (words.empty() ? "" : words[0]) << ": " << result.err;
    EXPECT_NE(result.err, "");
    EXPECT_EQ(result.out, "");
  }
}

TEST(CliWithoutServer, AnUnreachableServerExitsThreeAndSaysWhatToDo) {
  const CommandResult result = RunCommand({ATTUNE_BIN_DIR "/attune", "status", "--server", "127.0.0.1:1"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("cannot reach attuned at 127.0.0.1:1; start it with `attuned`"));
}

TEST(CliWithoutServer, HelpAndVersionExitZero) {
  const CommandResult help = RunCommand({ATTUNE_BIN_DIR "/attune", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Exit codes:"));
  EXPECT_EQ(RunCommand({ATTUNE_BIN_DIR "/attune", "--version"}).exit_code, 0);
  EXPECT_EQ(RunCommand({ATTUNE_BIN_DIR "/attune", "eval", "--help"}).exit_code, 0);
}

TEST_F(Cli, ImportErrorsNameFileLineAndColumnAndImportNothing) {
  const std::string good = Write("good.csv", "prompt,completion\na,b\n");
  const std::string bad = Write("bad.csv", "prompt,completion\n\"a\",b\n\"c,d\n");
  const CommandResult result = Attune({"dataset", "import", good, bad});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr(bad + ":3:"));
  EXPECT_EQ(Json<v1::Dataset>({"dataset", "show", "default"}).version(), 0);
  const CommandResult eval = Attune({"eval", "--file", bad});
  EXPECT_EQ(eval.exit_code, 2);
  EXPECT_THAT(eval.err, HasSubstr(bad + ":3:"));
}

TEST_F(Cli, StreamsAreJsonLines) {
  ImportFaq();
  std::istringstream lines(Out({"ask", "--stream", "--json", "How long is the warranty of Product X?"}));
  std::string text;
  int chunks = 0;
  for (std::string line; std::getline(lines, line); ++chunks) {
    v1::StreamAskResponse chunk;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &chunk).ok()) << line;
    text += chunk.text_delta();
  }
  EXPECT_GE(chunks, 3);
  EXPECT_THAT(text, HasSubstr("two-year"));
  EXPECT_THAT(Out({"ask", "--stream", "-q", "How long is the warranty of Product X?"}), HasSubstr("two-year warranty"));
}

TEST_F(Cli, ChatReadsAPipeAndKeepsTheTurns) {
  ImportFaq();
  const CommandResult chat =
      AttuneWithInput("chat", "How long is the warranty of Product X?\n\n/down Two years.\n/quit\nno\n");
  EXPECT_EQ(chat.exit_code, 0) << chat.err;
  EXPECT_EQ(chat.out, "Product X comes with a two-year warranty from the date of purchase.\n");
  EXPECT_THAT(chat.err, HasSubstr("recorded"));
  AttuneWithInput("chat", "Who am I?\nWho are you?\n");
  const auto list = Json<v1::ListInteractionsResponse>({"interactions", "list", "--limit", "1"});
  ASSERT_EQ(list.interactions_size(), 1);
  EXPECT_EQ(list.interactions(0).request().history_size(), 2);
  EXPECT_EQ(AttuneWithInput("chat --prompt nowhere", "What?\nWhat else?\n").exit_code, 4);
}

TEST_F(Cli, PromptsLiveInFiles) {
  ImportFaq();
  const std::string sample = std::string(kExamples) + "prompts/support.yaml";
  EXPECT_THAT(Out({"prompt", "put", sample, "--dry-run"}), HasSubstr("would become version 1"));
  EXPECT_THAT(Out({"prompt", "put", sample}), HasSubstr("prompt support: version 1 created"));
  EXPECT_THAT(Out({"prompt", "put", sample}), HasSubstr("unchanged"));
  const std::string shown = Out({"prompt", "show", "support"});
  EXPECT_THAT(Out({"prompt", "put", Write("again.yaml", shown)}), HasSubstr("unchanged"));
  EXPECT_THAT(AttuneWithInput("prompt put -", shown + "max_input_tokens: 1\n").err, HasSubstr("stands here twice"));
  EXPECT_THAT(Out({"prompt", "alias", "support", "production", "1"}), HasSubstr("support@production → 1"));
  EXPECT_EQ(Attune({"prompt", "alias", "support", "production", "1", "--expected", "7"}).exit_code, 4);
  EXPECT_THAT(Out({"prompt", "history", "support", "production"}), HasSubstr("VERSION"));
  EXPECT_THAT(Out({"prompt", "versions", "support"}), HasSubstr("production → 1"));
  EXPECT_THAT(Out({"prompt", "list"}), HasSubstr("support"));
  const std::string rendered = Out({"prompt", "render", "-p", "support", "--var", "tone=short", "Where is my parcel?"});
  EXPECT_THAT(rendered, HasSubstr("You answer for Fjord & Field. Be short and kind."));
  EXPECT_THAT(rendered, HasSubstr("--- user\nWhere is my parcel?"));
  EXPECT_EQ(Json<v1::Prompt>({"prompt", "show", "support@production"}).few_shot().k(), 5);
  EXPECT_EQ(Json<v1::ListPromptsResponse>({"prompt", "list"}).prompts_size(), 2);
  Json<v1::RenderPromptResponse>({"prompt", "render", "What?"});
}

TEST_F(Cli, DatasetsHaveVersionsThatCanBeComparedAndRestored) {
  ImportFaq();
  Out({"dataset", "add", "--input", "Q?", "--output", "A.", "--id", "q", "--test"});
  EXPECT_THAT(Out({"dataset", "diff", "default", "1"}), HasSubstr("+ q  Q? → A.\n1 added, 0 updated, 0 deleted"));
  EXPECT_THAT(Out({"dataset", "delete", "default", "q"}), HasSubstr("default@3: 0 added, 0 updated, 1 deleted"));
  EXPECT_EQ(Attune({"dataset", "delete", "default", "q"}).exit_code, 4);
  EXPECT_THAT(Out({"dataset", "delete", "default", "q", "--allow-missing"}), HasSubstr("1 unchanged"));
  EXPECT_THAT(Out({"dataset", "rollback", "default", "2"}), HasSubstr("default@4 equals version 2: 1 added"));
  EXPECT_THAT(Out({"dataset", "examples", "default@2", "--split", "test"}), HasSubstr("Q?"));
  EXPECT_THAT(Out({"dataset", "search", "warranty of Product X", "--limit", "2"}), HasSubstr("two-year"));
  EXPECT_THAT(Out({"dataset", "alias", "default", "production", "1"}), HasSubstr("default@production → 1"));
  EXPECT_THAT(Out({"dataset", "show"}), HasSubstr("default@1"));
  EXPECT_EQ(Json<v1::ListDatasetVersionsResponse>({"dataset", "versions"}).versions_size(), 4);
  EXPECT_EQ(Json<v1::ListDatasetsResponse>({"dataset", "list"}).datasets_size(), 1);
  EXPECT_EQ(Json<v1::ListExamplesResponse>({"dataset", "examples", "--limit", "0"}).examples_size(), 105);
  EXPECT_EQ(Json<v1::DiffDatasetResponse>({"dataset", "diff", "default", "1", "2"}).added(), 1);
}

TEST_F(Cli, AnExportComesBackUnchanged) {
  ImportFaq();
  for (const char* name : {"all.jsonl", "all.json", "all.csv", "all.tsv"}) {
    const std::string file = directory_.File(name);
    Out({"export", "default", "-o", file});
    EXPECT_THAT(Out({"import", file, "--replace"}), HasSubstr("unchanged")) << name;
  }
  EXPECT_THAT(Out({"dataset", "export", "--format", "chat_jsonl"}), HasSubstr("\"messages\""));
  const CommandResult failed = Attune({"export", "nowhere", "-o", directory_.File("none")});
  EXPECT_EQ(failed.exit_code, 4);
  EXPECT_FALSE(std::ifstream(directory_.File("none")).good());
}

TEST_F(Cli, AnEvaluationIsAGate) {
  ImportFaq();
  const std::string cases = std::string(kExamples) + "faq_test.csv";
  const CommandResult passed = Attune({"eval", "--file", cases, "--fail-under", "0.5", "--shots", "1,4"});
  EXPECT_EQ(passed.exit_code, 0) << passed.err;
  EXPECT_THAT(passed.out, HasSubstr("EXACT"));
  EXPECT_THAT(passed.out, HasSubstr("VERDICT"));
  EXPECT_THAT(passed.err, Not(HasSubstr("below")));
  const CommandResult below = Attune({"eval", "--file", cases, "--fail-under", "1", "--metric", "exact,token_f1"});
  EXPECT_EQ(below.exit_code, 2) << "metrics are not separated by commas: a pattern may hold one";
  const CommandResult failed =
      Attune({"eval", "--file", cases, "--fail-under", "1", "--metric", "regex:^nothing$", "--metric", "token_f1"});
  EXPECT_EQ(failed.exit_code, 1) << failed.err;
  EXPECT_THAT(failed.out, HasSubstr("TOKEN_F1"));
  EXPECT_THAT(failed.err, HasSubstr("below 1: "));
}

TEST_F(Cli, EvaluationsAreKept) {
  ImportFaq();
  const std::string cases = std::string(kExamples) + "faq_test.csv";
  std::istringstream lines(Out({"eval", "--file", cases, "--json", "--id", "first"}));
  v1::EvaluateResponse last;
  for (std::string line; std::getline(lines, line);) {
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &last).ok()) << line;
  }
  EXPECT_EQ(last.report().state(), v1::SUCCEEDED);
  EXPECT_EQ(last.report().cases(), 30);
  Out({"eval", "--file", cases, "--id", "second", "--shots", "1"});
  EXPECT_THAT(Out({"eval", "list"}), HasSubstr("second"));
  EXPECT_EQ(Json<v1::GetEvaluationResponse>({"eval", "show", "first", "--results", "--limit", "0"}).results_size(), 30);
  EXPECT_THAT(Out({"eval", "show", "first"}), HasSubstr("EXACT"));
  EXPECT_THAT(Out({"eval", "compare", "first", "second"}), HasSubstr("second against first"));
  EXPECT_THAT(Out({"eval", "cancel", "first"}), HasSubstr("succeeded"));
  EXPECT_EQ(Out({"eval", "--file", cases, "--id", "third", "--detach"}), "third\n");
  EXPECT_EQ(Attune({"eval", "show", "nothing"}).exit_code, 4);
}

TEST_F(Cli, FeedbackHangsOnAnInteraction) {
  const auto answer = Json<v1::AskResponse>({"ask", "Anything?", "--request-id", "r", "--label", "team=a"});
  EXPECT_THAT(Out({"feedback", answer.interaction_id(), "--down", "--score", "0.25", "--correct", "Something."}),
              HasSubstr("recorded"));
  const auto shown = Json<v1::Interaction>({"interactions", "show", answer.interaction_id()});
  ASSERT_EQ(shown.feedback_size(), 1);
  EXPECT_EQ(shown.feedback(0).correction(), "Something.");
  EXPECT_EQ(shown.feedback(0).thumb(), v1::DOWN);
  EXPECT_EQ(shown.request().labels().at("team"), "a");
  EXPECT_THAT(Out({"interactions", "show", answer.interaction_id()}), HasSubstr("should be: Something."));
  EXPECT_THAT(Out({"interactions", "list", "--with-feedback"}), HasSubstr("down"));
  EXPECT_EQ(Attune({"feedback", answer.interaction_id()}).exit_code, 2);
  EXPECT_EQ(Attune({"feedback", "nothing", "--up"}).exit_code, 4);
}

TEST_F(Cli, StatusTellsHowTheServerIs) {
  EXPECT_THAT(Out({"status"}), HasSubstr("builtin/nearest"));
  EXPECT_EQ(Json<v1::GetStatusResponse>({"status"}).store(), "memory");
  ImportFaq();
  Out({"ask", "How long is the warranty of Product X?"});
  EXPECT_THAT(Out({"status"}), HasSubstr("tokens        builtin/nearest counts 1 for each estimated one"));
}

TEST_F(Cli, ApplyMakesTheServerWhatTheFilesSay) {
  Write("faq.csv", "prompt,completion\nHow long is the warranty?,Two years.\n");
  Write("faq.yaml",
        "kind: dataset\nname: faq\nfile: faq.csv\n---\nkind: alias\ndataset: faq\nalias: production\nversion: 1\n");
  Write("shop.yml", "name: shop\nuser: '{{input}}'\nfew_shot: {dataset: faq}\naliases: [production]\n");
  const std::string tried = Out({"apply", "-f", directory_.path(), "--dry-run"});
  EXPECT_THAT(tried, HasSubstr("dataset faq: would be version 1: 1 added"));
  EXPECT_EQ(Attune({"dataset", "show", "faq"}).exit_code, 4);
  const std::string applied = Out({"apply", "-f", directory_.path()});
  EXPECT_THAT(applied, HasSubstr("dataset faq: version 1: 1 added"));
  EXPECT_THAT(applied, HasSubstr("prompt shop: version 1\n"));
  EXPECT_THAT(applied, HasSubstr("alias shop@production: → 1"));
  const std::string again = Out({"apply", "-f", directory_.path()});
  EXPECT_THAT(again, HasSubstr("dataset faq: unchanged"));
  EXPECT_THAT(again, HasSubstr("prompt shop: unchanged"));
  EXPECT_THAT(again, HasSubstr("alias shop@production: unchanged"));
  EXPECT_THAT(again, HasSubstr("alias faq@production: unchanged"));
  EXPECT_EQ(Out({"ask", "-q", "-p", "shop", "How long is the warranty?"}), "Two years.\n");
  Write("faq.csv", "prompt,completion\nHow long is the warranty?,Three years.\n");
  Write("worse.yaml", "name: worse\nuser: '{{input'\n");
  const CommandResult refused = Attune({"apply", "-f", directory_.path()});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(Json<v1::Dataset>({"dataset", "show", "faq"}).version(), 1) << "nothing is written unless all is right";
}

}  // namespace
}  // namespace attune

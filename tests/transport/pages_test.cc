// Page tokens over the wire, for every list.
#include <google/protobuf/message.h>

#include "tests/transport/raw_call.h"
#include "tests/transport/served_house.h"

namespace attune {
namespace {

struct List {
  const char* method;  // without "attune.v1."
  const char* request;
  const char* other;  // the same list with another request; nullptr: it has only one
  const char* items;  // field of the response
  int count;          // of all pages together
};

const List kLists[] = {
    {"Catalog/ListPrompts", "", nullptr, "prompts", 4},
    {"Catalog/ListPromptVersions", "prompt: 'p1'", "prompt: 'p2'", "prompts", 3},
    {"Catalog/GetAliasHistory", "prompt: 'p1' alias: 'a'", "prompt: 'p2' alias: 'a'", "history", 3},
    {"Catalog/ListDatasets", "", nullptr, "datasets", 4},
    {"Catalog/ListDatasetVersions", "dataset: 'd1'", "dataset: 'd2'", "versions", 3},
    {"Catalog/ListExamples", "dataset: 'd1'", "dataset: 'd2'", "examples", 3},
    {"Catalog/DiffDataset", "dataset: 'd1'", "dataset: 'd1' from_version: 1", "changes", 3},
    {"Evaluations/ListEvaluations", "", nullptr, "evaluations", 3},
    {"Evaluations/GetEvaluation", "id: 'ev-1' include_results: true", "id: 'ev-2' include_results: true", "results", 3},
    {"Insights/ListInteractions", "", "prompt: 'p1'", "interactions", 4},
};

class Pages : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string name : {"1", "2", "3"}) {
      for (const std::string version : {"1", "2", "3"}) {
        Must("Catalog/PutPrompt",
             StrCat("prompt { name: 'p", name, "' messages { role: 'user' content: 'v", version, " {{input}}' } }"));
        Must("Catalog/SetAlias", StrCat("prompt: 'p", name, "' alias: 'a' version: ", version));
        Must("Attune/UpdateDataset", StrCat("dataset: 'd", name, "' mutations { upsert { input: 'q", version, "' } }"));
      }
      Must("Attune/Evaluate",
           StrCat("evaluation_id: 'ev-", name, "' cases { input: 'a' } cases { input: 'b' } ", "cases { input: 'c' }"));
    }
    for (const char* prompt : {"p1", "p1", "p1", "p2"})
      Must("Attune/Ask", StrCat("prompt: '", prompt, "' input: 'hi'"));
    ASSERT_TRUE(house_.queue.Flush(absl::Seconds(20)).ok());
  }

  static std::string Type(const std::string& method, bool input) {
    std::string name = StrCat("attune.v1.", method);
    std::replace(name.begin(), name.end(), '/', '.');
    const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
    return (input ? found->input_type() : found->output_type())->full_name();
  }
  RawAnswer Send(const std::string& method, const std::string& request) {
    return CallRaw(house_.channel, StrCat("attune.v1.", method), {BytesOf(Type(method, true), request)});
  }
  void Must(const std::string& method, const std::string& request) {
    const grpc::Status status = Send(method, request).status;
    ASSERT_TRUE(status.ok()) << method << " { " << request << " }: " << status.error_message();
  }

  // The items of one page, one text each; sets the token of the next.
  std::vector<std::string> ReadPage(const List& list, const std::string& request, std::string& token) {
    const RawAnswer answer =
        Send(list.method, StrCat(request, " page_size: 1", token.empty() ? "" : StrCat(" page_token: '", token, "'")));
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    if (answer.messages.size() != 1) return {};
    auto* factory = google::protobuf::MessageFactory::generated_factory();
    const auto* type =
        google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(Type(list.method, false));
    const std::unique_ptr<google::protobuf::Message> page(factory->GetPrototype(type)->New());
    EXPECT_TRUE(page->ParseFromString(answer.messages[0]));
    const auto* reflection = page->GetReflection();
    const auto* items = type->FindFieldByName(list.items);
    std::vector<std::string> texts;
    for (int i = 0; i < reflection->FieldSize(*page, items); ++i) {
      texts.push_back(reflection->GetRepeatedMessage(*page, items, i).ShortDebugString());
    }
    token = reflection->GetString(*page, type->FindFieldByName("next_page_token"));
    return texts;
  }

  void ExpectRefused(const List& list, const std::string& request, const std::string& token) {
    const grpc::Status status = Send(list.method, StrCat(request, " page_token: '", token, "'")).status;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << token;
    EXPECT_EQ(ReasonOf(status), "BAD_PAGE_TOKEN") << token;
  }

  ServedHouse house_;
};

TEST_F(Pages, OfOneHoldEverythingOnce) {
  for (const List& list : kLists) {
    SCOPED_TRACE(list.method);
    std::vector<std::string> items;
    std::string token;
    do {
      const std::vector<std::string> page = ReadPage(list, list.request, token);
      ASSERT_EQ(page.size(), 1u);
      items.push_back(page[0]);
    } while (!token.empty());
    EXPECT_EQ(items.size(), static_cast<size_t>(list.count));
    std::sort(items.begin(), items.end());
    EXPECT_EQ(std::unique(items.begin(), items.end()), items.end()) << "an item came twice";
  }
}

TEST_F(Pages, OfLongResultsEndEarly) {
  v1::EvaluateRequest evaluate;
  evaluate.set_evaluation_id("long");
  evaluate.set_quiet(true);
  for (const char letter : {'a', 'b', 'c', 'd'}) evaluate.add_cases()->set_input(std::string(900'000, letter));
  const RawAnswer evaluated = CallRaw(house_.channel, "attune.v1.Attune/Evaluate", {evaluate.SerializeAsString()});
  ASSERT_TRUE(evaluated.status.ok()) << evaluated.status.error_message();
  v1::GetEvaluationRequest request;
  request.set_id("long");
  request.set_include_results(true);
  for (const int expected : {3, 1}) {  // the third is the one that makes them 2 MiB
    v1::GetEvaluationResponse page;
    grpc::ClientContext context;
    const grpc::Status got = house_.evaluations->GetEvaluation(&context, request, &page);
    ASSERT_TRUE(got.ok()) << got.error_message();
    EXPECT_EQ(page.results_size(), expected);
    EXPECT_EQ(page.next_page_token().empty(), expected == 1);
    request.set_page_token(page.next_page_token());
  }
}

TEST_F(Pages, TokensAreOnlyGoodForTheirOwnRequest) {
  std::string foreign;
  for (const List& list : kLists) {
    SCOPED_TRACE(list.method);
    if (!foreign.empty()) ExpectRefused(list, list.request, foreign);
    std::string token;
    ReadPage(list, list.request, token);
    ASSERT_FALSE(token.empty());
    if (list.other != nullptr) ExpectRefused(list, list.other, token);
    for (const char* garbage : {"garbage", "%%", "AAAAAAAAAAAAAAAA", "\\xC3\\xBC"}) {
      ExpectRefused(list, list.request, garbage);
    }
    ExpectRefused(list, list.request, "A" + token);
    foreign = token;
  }
}

TEST_F(Pages, OfANegativeSizeAreRefusedAndHugeOnesAreCutDown) {
  for (const List& list : kLists) {
    SCOPED_TRACE(list.method);
    EXPECT_EQ(ReasonOf(Send(list.method, StrCat(list.request, " page_size: -1")).status), "BAD_PAGE_SIZE");
    EXPECT_TRUE(Send(list.method, StrCat(list.request, " page_size: 2147483647")).status.ok());
  }
}

}  // namespace
}  // namespace attune

// One good request, and one bad one, for every RPC of every service. The house holds prompt `default`, dataset
// `default` with one TRAIN example "e1" and one TEST example "t1", interaction and evaluation "ev-1".
#include <google/protobuf/descriptor.h>

#include <set>

#include "tests/transport/raw_call.h"
#include "tests/transport/served_house.h"

namespace attune {
namespace {

struct RpcRow {
  const char* method;                 // without "attune.v1."
  std::vector<const char*> requests;  // more than one for a client stream; $INTERACTION is the house's own
  const char* says;                   // part of a message that comes back; for a bad request the reason ...
  const char* field = nullptr;        // ... and the field path that is named, or "" for none; nullptr: a good request
};

const RpcRow kRows[] = {
    {"Attune/Ask", {"input: 'hi'"}, "text: \"fake answer\""},
    {"Attune/Ask", {"input: 'hi' at_revision: -1"}, "BAD_REVISION", "at_revision"},
    {"Attune/StreamAsk", {"input: 'hi'"}, "finish_reason: STOP"},
    {"Attune/StreamAsk", {"prompt: 'nope'"}, "PROMPT_NOT_FOUND", ""},
    {"Attune/Evaluate", {"cases { input: 'q' output: 'fake answer' }"}, "state: SUCCEEDED"},
    {"Attune/Evaluate", {"metrics { kind: REGEX pattern: '(' }"}, "BAD_METRIC", "metrics[0].pattern"},
    {"Attune/UpdateDataset", {"mutations { upsert { input: 'a' output: 'b' } }"}, "added: 1"},
    {"Attune/UpdateDataset", {"mutations { upsert { output: 'b' } }"}, "MISSING_INPUT", "mutations[0].upsert.input"},
    {"Attune/RecordFeedback", {"interaction_id: '$INTERACTION' feedback { thumb: UP }"}, "thumb: UP"},
    {"Attune/RecordFeedback", {"interaction_id: '$INTERACTION'"}, "EMPTY_FEEDBACK", "feedback"},
    {"Catalog/PutPrompt", {"prompt { name: 'p' messages { role: 'user' content: '{{input}}' } }"}, "created: true"},
    {"Catalog/PutPrompt",
     {"prompt { name: 'p' messages { role: 'user' content: '{{' } }"},
     "BAD_TEMPLATE",
     "prompt.messages[0].content"},
    {"Catalog/GetPrompt", {"prompt: 'default@1'"}, "version: 1"},
    {"Catalog/GetPrompt", {"prompt: 'default@99'"}, "VERSION_NOT_FOUND", ""},
    {"Catalog/ListPrompts", {""}, "name: \"default\""},
    {"Catalog/ListPrompts", {"page_size: -1"}, "BAD_PAGE_SIZE", "page_size"},
    {"Catalog/ListPromptVersions", {"prompt: 'default'"}, "version: 1"},
    {"Catalog/ListPromptVersions", {"prompt: 'default' page_token: '!'"}, "BAD_PAGE_TOKEN", "page_token"},
    {"Catalog/RenderPrompt", {"request { input: 'warranty?' }"}, "content: \"warranty?\""},
    {"Catalog/RenderPrompt", {"request { min_revision: 1000 }"}, "REVISION_NOT_REACHED", ""},
    {"Catalog/SetAlias", {"prompt: 'default' alias: 'production' version: 1"}, "name: \"production\""},
    {"Catalog/SetAlias", {"prompt: 'default' alias: 'latest' version: 1"}, "RESERVED_ALIAS", "alias"},
    {"Catalog/GetAliasHistory", {"dataset: 'default' alias: 'staging'"}, "version: 1"},
    {"Catalog/GetAliasHistory", {"prompt: 'default' alias: 'nope'"}, "ALIAS_NOT_FOUND", ""},
    {"Catalog/GetDataset", {"dataset: 'default@1'"}, "examples: 2"},
    {"Catalog/GetDataset", {"dataset: 'Not A Name'"}, "BAD_NAME", "dataset"},
    {"Catalog/GetDatasetStats", {"dataset: 'default@1'"}, "test_coverage {"},
    {"Catalog/GetDatasetStats", {"dataset: 'default@9'"}, "VERSION_NOT_FOUND", ""},
    {"Catalog/ListDatasets", {""}, "name: \"default\""},
    {"Catalog/ListDatasets", {"page_token: 'AAAA'"}, "BAD_PAGE_TOKEN", "page_token"},
    {"Catalog/ListDatasetVersions", {"dataset: 'default'"}, "added: 2"},
    {"Catalog/ListDatasetVersions", {"dataset: 'nope'"}, "DATASET_NOT_FOUND", ""},
    {"Catalog/ListExamples", {"dataset: 'default' split: TEST"}, "id: \"t1\""},
    {"Catalog/ListExamples", {"dataset: 'default' split: 9"}, "BAD_PARAMETER", "split"},
    {"Catalog/SearchExamples", {"dataset: 'default' query: 'warranty'"}, "id: \"e1\""},
    {"Catalog/SearchExamples", {"dataset: 'default' query: 'warranty' explain: true"}, "word: \"warranty\""},
    {"Catalog/SearchExamples", {"dataset: 'default'"}, "MISSING_INPUT", "query"},
    {"Catalog/DiffDataset", {"dataset: 'default' from_version: 0 to_version: 1"}, "added: 2"},
    {"Catalog/DiffDataset", {"dataset: 'default' from_version: -1"}, "BAD_VERSION", "from_version"},
    {"Catalog/RollbackDataset", {"dataset: 'default' version: 1"}, "revision:"},
    {"Catalog/RollbackDataset", {"dataset: 'default' version: 0"}, "BAD_VERSION", "version"},
    {"Catalog/ImportDataset",
     {"options { dataset: 'new' }", "data: '[{\"prompt\":\"a\",'", "data: '\"completion\":\"b\"}]'"},
     "rows: 1"},
    {"Catalog/ImportDataset", {"options { dataset: 'new' test_share: 2 }"}, "BAD_PARAMETER", "options.test_share"},
    {"Catalog/ExportDataset", {"dataset: 'default' format: CSV"}, "id,input,output"},
    {"Catalog/ExportDataset", {"dataset: 'default' format: TRANSCRIPT"}, "BAD_FORMAT", "format"},
    {"Evaluations/GetEvaluation", {"id: 'ev-1' include_results: true"}, "text: \"fake answer\""},
    {"Evaluations/GetEvaluation", {"id: 'nope'"}, "EVALUATION_NOT_FOUND", ""},
    {"Evaluations/ListEvaluations", {""}, "id: \"ev-1\""},
    {"Evaluations/ListEvaluations", {"page_token: 'garbage'"}, "BAD_PAGE_TOKEN", "page_token"},
    {"Evaluations/CompareEvaluations", {"baseline_id: 'ev-1' candidate_id: 'ev-1'"}, "metric: \"exact\""},
    {"Evaluations/CompareEvaluations",
     {"baseline_id: 'ev-1' candidate_id: 'ev-1' candidate_candidate: 7"},
     "CANDIDATE_NOT_FOUND",
     ""},
    {"Evaluations/CancelEvaluation", {"id: 'ev-1'"}, "state: SUCCEEDED"},
    {"Evaluations/CancelEvaluation", {"id: 'nope'"}, "EVALUATION_NOT_FOUND", ""},
    {"Insights/GetInteraction", {"id: '$INTERACTION'"}, "text: \"fake answer\""},
    {"Insights/GetInteraction", {"id: 'nope'"}, "INTERACTION_NOT_FOUND", ""},
    {"Insights/ListInteractions", {""}, "text: \"fake answer\""},
    {"Insights/ListInteractions", {"page_size: -5"}, "BAD_PAGE_SIZE", "page_size"},
    {"Insights/GetStatus", {""}, "default_model: \"fake/any\""},
};

const google::protobuf::MethodDescriptor* FindMethod(std::string method) {
  std::replace(method.begin(), method.end(), '/', '.');
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("attune.v1." + method);
}

class EveryRpc : public testing::Test {
 protected:
  void SetUp() override {
    Send("Attune/UpdateDataset",
         {"mutations { upsert { id: 'e1' input: 'warranty of the lamp' output: 'one year' } } "
          "mutations { upsert { id: 't1' input: 'is it dimmable' output: 'yes' split: TEST } }"});
    Send("Catalog/SetAlias", {"dataset: 'default' alias: 'staging' version: 1"});
    Send("Attune/Evaluate", {"evaluation_id: 'ev-1' cases { input: 'q' output: 'fake answer' }"});
    v1::AskResponse answer;
    ASSERT_TRUE(house_.Ask("hello", &answer).ok());
    interaction_ = answer.interaction_id();
    ASSERT_TRUE(house_.queue.Flush(absl::Seconds(20)).ok());
  }

  RawAnswer Send(const std::string& method, const std::vector<const char*>& requests) {
    const auto* descriptor = FindMethod(method);
    if (descriptor == nullptr) return {};
    std::vector<std::string> messages;
    for (std::string text : requests) {
      const size_t at = text.find("$INTERACTION");
      if (at != std::string::npos) text.replace(at, std::string_view("$INTERACTION").size(), interaction_);
      messages.push_back(BytesOf(descriptor->input_type()->full_name(), text));
    }
    return CallRaw(house_.channel, "attune.v1." + method, messages);
  }

  ServedHouse house_;
  std::string interaction_;
};

void ExpectGood(const RpcRow& row, const RawAnswer& answer) {
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  std::string all;
  for (const std::string& bytes : answer.messages) {
    all += TextOf(FindMethod(row.method)->output_type()->full_name(), bytes) + "\n";
  }
  EXPECT_THAT(all, testing::HasSubstr(row.says));
}

void ExpectBad(const RpcRow& row, const RawAnswer& answer) {
  const auto info = DetailOf<v1::ErrorInfo>(answer.status, "ErrorInfo");
  const auto bad = DetailOf<v1::BadRequest>(answer.status, "BadRequest");
  EXPECT_EQ(info.reason(), row.says) << answer.status.error_message();
  EXPECT_EQ(info.domain(), "attune");
  EXPECT_FALSE(answer.status.error_message().empty());
  if (bad.field_violations().empty()) {
    EXPECT_STREQ(row.field, "");
  } else {
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(bad.field_violations(0).field(), row.field);
    EXPECT_FALSE(bad.field_violations(0).description().empty());
  }
}

TEST_F(EveryRpc, AnswersAGoodRequestAndRefusesABadOne) {
  for (const RpcRow& row : kRows) {
    SCOPED_TRACE(testing::Message() << row.method << " { " << row.requests[0] << " }");
    ASSERT_NE(FindMethod(row.method), nullptr);
    const RawAnswer answer = Send(row.method, row.requests);
    row.field == nullptr ? ExpectGood(row, answer) : ExpectBad(row, answer);
  }
}

TEST(EveryRpcTable, HasAGoodAndABadRowForEveryMethod) {
  std::set<std::string> good, bad;
  for (const RpcRow& row : kRows) (row.field == nullptr ? good : bad).insert(row.method);
  bad.insert("Insights/GetStatus");  // its request is empty: there is no bad one
  for (const char* name : {"Attune", "Catalog", "Evaluations", "Insights"}) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(StrCat("attune.v1.", name));
    ASSERT_NE(service, nullptr) << name;
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method = StrCat(name, "/", service->method(i)->name());
      EXPECT_TRUE(good.contains(method)) << method;
      EXPECT_TRUE(bad.contains(method)) << method;
    }
  }
}

}  // namespace
}  // namespace attune

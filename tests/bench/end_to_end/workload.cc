#include "tests/bench/end_to_end/workload.h"

#include "tests/bench/end_to_end/zipf_text.h"

namespace attune::bench {
namespace {

constexpr int kQuestions = 1024;
constexpr int kWordsOfQuestion = 12;
constexpr size_t kContextBytes = 380;  // with the question and the names about 500

}  // namespace

Workload::Workload() {
  ZipfText text(1);
  for (int i = 0; i < kSyntheticExamples; ++i) examples_.push_back(text.Sentence(kWordsOfQuestion));
  for (int i = 0; i < kQuestions; ++i) questions_.push_back(text.Sentence(kWordsOfQuestion));
  context_ = text.Sentence(kContextBytes).substr(0, kContextBytes);
}

v1::AskRequest Workload::Ask(size_t n, std::string_view model) const {
  v1::AskRequest request;
  request.set_prompt(std::string(kPromptName));
  request.set_input(questions_[n % questions_.size()]);
  (*request.mutable_variables())["context"] = context_;
  request.mutable_overrides()->set_model(std::string(model));
  return request;
}

v1::PutPromptRequest Workload::Prompt() const {
  v1::PutPromptRequest request;
  v1::Prompt& prompt = *request.mutable_prompt();
  prompt.set_name(std::string(kPromptName));
  v1::Message& system = *prompt.add_messages();
  system.set_role("system");
  system.set_content("You answer for the support desk. Be short, and say so when you do not know.");
  v1::Message& user = *prompt.add_messages();
  user.set_role("user");
  user.set_content("What the customer's record says: {{context}}\n\nQuestion: {{input}}");
  prompt.add_variables()->set_name("context");
  prompt.mutable_parameters()->set_temperature(1);  // so that no answer comes from the cache
  prompt.mutable_few_shot()->set_dataset(std::string(kDatasetName));
  return request;
}

v1::UpdateDatasetRequest Workload::Examples() const {
  v1::UpdateDatasetRequest request;
  request.set_dataset(std::string(kDatasetName));
  for (size_t i = 0; i < examples_.size(); ++i) {
    v1::Example& example = *request.add_mutations()->mutable_upsert();
    example.set_id("e" + std::to_string(i));
    example.set_input(examples_[i]);
    example.set_output("answer " + std::to_string(i % 100));
  }
  return request;
}

v1::UpdateDatasetRequest Workload::Update(size_t n) const {
  v1::UpdateDatasetRequest request;
  request.set_dataset(std::string(kDatasetName));
  v1::Example& example = *request.add_mutations()->mutable_upsert();
  example.set_id("u" + std::to_string(n));
  example.set_input(questions_[n % questions_.size()] + " " + examples_[n % examples_.size()]);
  example.set_output("answer " + std::to_string(n % 100));
  return request;
}

v1::EvaluateRequest Workload::Evaluate(int cases, int concurrency, std::string_view model) const {
  v1::EvaluateRequest request;
  for (int i = 0; i < cases; ++i) {
    v1::Case& item = *request.add_cases();
    item.set_input(questions_[static_cast<size_t>(i) % questions_.size()]);
    (*item.mutable_variables())["context"] = context_;
    item.set_output("answer");
  }
  v1::Candidate& candidate = *request.add_candidates();
  candidate.set_prompt(std::string(kPromptName));
  candidate.mutable_overrides()->set_model(std::string(model));
  request.set_concurrency(concurrency);
  return request;
}

}  // namespace attune::bench

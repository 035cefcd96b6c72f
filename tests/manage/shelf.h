// The writing half of the server over any store, with calls that wait for their answer.
#ifndef ATTUNE_TESTS_MANAGE_SHELF_H_
#define ATTUNE_TESTS_MANAGE_SHELF_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "manage/catalog_editor.h"
#include "manage/catalog_reads.h"
#include "manage/search_examples.h"
#include "provider/builtin_nearest.h"
#include "provider/hash_embedding.h"
#include "store/memory_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_provider.h"
#include "tests/fakes/faulty_store.h"

namespace attune {

class Shelf {
 public:
  Shelf() { Restart(); }

  // Opens everything anew on what the store has.
  void Restart() {
    editor_.reset();
    writer_.reset();
    auto opened = CatalogWriter::Open(store, clock, cell, [this](int64_t revision) { published = revision; });
    ASSERT_TRUE(opened.ok()) << opened.status();
    writer_ = *std::move(opened);
    editor_ = std::make_unique<CatalogEditor>(*writer_, providers);
  }

  absl::StatusOr<v1::PutPromptResponse> PutPrompt(const v1::PutPromptRequest& request) {
    return Call<v1::PutPromptResponse>([&](auto reply) { editor_->PutPrompt(request, std::move(reply)); });
  }
  absl::StatusOr<v1::SetAliasResponse> SetAlias(const v1::SetAliasRequest& request) {
    return Call<v1::SetAliasResponse>([&](auto reply) { editor_->SetAlias(request, std::move(reply)); });
  }
  absl::StatusOr<v1::UpdateDatasetResponse> Update(const v1::UpdateDatasetRequest& request) {
    return Call<v1::UpdateDatasetResponse>([&](auto reply) { editor_->UpdateDataset(request, std::move(reply)); });
  }
  absl::StatusOr<v1::UpdateDatasetResponse> Rollback(const v1::RollbackDatasetRequest& request) {
    return Call<v1::UpdateDatasetResponse>([&](auto reply) { editor_->RollbackDataset(request, std::move(reply)); });
  }
  // Does not wait.
  std::future<absl::StatusOr<v1::UpdateDatasetResponse>> StartUpdate(const v1::UpdateDatasetRequest& request) {
    return Start<v1::UpdateDatasetResponse>([&](auto reply) { editor_->UpdateDataset(request, std::move(reply)); });
  }

  CatalogPtr catalog() const { return cell.Get(); }
  CatalogWriter& writer() { return *writer_; }

  FakeClock clock;
  std::unique_ptr<Store> memory = NewMemoryStore();
  FaultyStore store{*memory};
  SnapshotCell<Catalog> cell{EmptyCatalog()};
  std::atomic<int64_t> published{0};
  // `builtin` makes embeddings, `mute` none; "team/small" is an alias.
  SnapshotCell<ProviderRegistry> providers{std::make_shared<const ProviderRegistry>(
      std::move(ProviderRegistry::Builder()
                    .Add("builtin", std::make_unique<BuiltinNearest>(), {}, std::make_unique<HashEmbedder>())
                    .Add("mute", std::make_unique<FakeProvider>())
                    .AddAlias("team/small", "builtin/hash-embedding"))
          .Build())};

 private:
  template <typename Response, typename Submit>
  std::future<absl::StatusOr<Response>> Start(Submit submit) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Response>>>();
    auto future = promise->get_future();
    submit([promise](absl::StatusOr<Response> answer) { promise->set_value(std::move(answer)); });
    return future;
  }
  template <typename Response, typename Submit>
  absl::StatusOr<Response> Call(Submit submit) {
    return Start<Response>(std::move(submit)).get();
  }

  std::unique_ptr<CatalogWriter> writer_;
  std::unique_ptr<CatalogEditor> editor_;
};

inline v1::PutPromptRequest PromptRequest(const std::string& name, const std::string& text = "Say {{input}}") {
  v1::PutPromptRequest request;
  request.mutable_prompt()->set_name(name);
  v1::Message* message = request.mutable_prompt()->add_messages();
  message->set_role("user");
  message->set_content(text);
  return request;
}

inline void AddUpsert(v1::UpdateDatasetRequest& request, const std::string& id, const std::string& input,
                      const std::string& output = "answer") {
  v1::Example* example = request.add_mutations()->mutable_upsert();
  example->set_id(id);
  example->set_input(input);
  example->set_output(output);
}

inline v1::UpdateDatasetRequest UpsertRequest(const std::string& dataset, const std::string& id,
                                              const std::string& input, const std::string& output = "answer") {
  v1::UpdateDatasetRequest request;
  request.set_dataset(dataset);
  AddUpsert(request, id, input, output);
  return request;
}

inline v1::UpdateDatasetRequest DeleteRequest(const std::string& dataset, const std::string& id) {
  v1::UpdateDatasetRequest request;
  request.set_dataset(dataset);
  request.add_mutations()->set_delete_id(id);
  return request;
}

inline v1::SetAliasRequest AliasRequest(const std::string& prompt, const std::string& alias, int64_t version) {
  v1::SetAliasRequest request;
  request.set_prompt(prompt);
  request.set_alias(alias);
  request.set_version(version);
  return request;
}

// A search that needs no vectors.
inline absl::StatusOr<v1::SearchExamplesResponse> SearchByWords(const Catalog& catalog,
                                                                const v1::SearchExamplesRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const ExampleSearch search, ResolveSearch(catalog, request));
  return SearchExamples(search, request, nullptr);
}

// "a=hot b=cold": ids and inputs of a version in the order of their addition; the reason if it cannot be read.
inline std::string Rows(const Catalog& catalog, const std::string& reference) {
  Page page{.size = 1000};
  const auto examples = ListExamples(catalog, reference, std::nullopt, page);
  if (!examples.ok()) return ErrorReason(examples.status());
  std::string text;
  for (const v1::Example& example : examples->examples()) {
    StrAppend(&text, text.empty() ? "" : " ", std::string_view(example.id()), "=", example.input());
  }
  return text;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_MANAGE_SHELF_H_

// What the provider tests share: a text sink that keeps what it gets, and calls of a provider.
#ifndef ATTUNE_TESTS_PROVIDER_PROVIDER_CALL_H_
#define ATTUNE_TESTS_PROVIDER_PROVIDER_CALL_H_

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "provider/provider.h"
#include "tests/fakes/run_coroutine.h"

namespace attune {

class KeepingTextSink final : public TextSink {
 public:
  absl::Status OnText(std::string_view delta) override {
    deltas.emplace_back(delta);
    if (on_text) on_text();
    return result;
  }
  std::string text() const {
    std::string all;
    for (const std::string& delta : deltas) all += delta;
    return all;
  }

  std::vector<std::string> deltas;
  absl::Status result;
  std::function<void()> on_text;
};

inline ModelRequest Ask(std::string question, std::string model = "m") {
  ModelRequest request;
  request.model = std::move(model);
  request.messages = {{Role::kUser, std::move(question)}};
  return request;
}

using AnswerOr = absl::StatusOr<ModelAnswer>;

inline AnswerOr Generate(IoPool& pool, Provider& provider, const ModelRequest& request, TextSink* sink = nullptr) {
  return Running<AnswerOr>(pool, [&] { return provider.Generate(request, sink); }).Wait();
}

}  // namespace attune

#endif  // ATTUNE_TESTS_PROVIDER_PROVIDER_CALL_H_

// An embedder that answers with a function of the test's, or with vectors that follow from the words of a text alone,
// so that texts that share words are near each other. It keeps what it was asked.
#ifndef ATTUNE_TESTS_FAKES_FAKE_EMBEDDER_H_
#define ATTUNE_TESTS_FAKES_FAKE_EMBEDDER_H_

#include <cmath>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "provider/embedder.h"

namespace attune {

// All functions may be called from any thread.
class FakeEmbedder final : public Embedder {
 public:
  using Answer = std::function<absl::StatusOr<Embeddings>(const EmbedRequest&)>;
  struct Asked {
    std::string model;
    std::vector<std::string> texts;
    std::optional<int32_t> dimensions;
    absl::Time deadline;
  };

  // A usage of one token a text. `dimension` holds unless the request names one.
  explicit FakeEmbedder(size_t dimension = 64)
      : answer_([dimension](const EmbedRequest& request) { return AnswerFor(request, dimension); }) {}
  explicit FakeEmbedder(Answer answer) : answer_(std::move(answer)) {}

  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(
          {request.model, {request.texts.begin(), request.texts.end()}, request.dimensions, request.deadline});
    }
    co_return answer_(request);
  }

  std::vector<Asked> requests() const {  // in the order of arrival
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  static Embeddings AnswerFor(const EmbedRequest& request, size_t dimension) {
    if (request.dimensions) dimension = static_cast<size_t>(*request.dimensions);
    Embeddings answer;
    for (const std::string_view text : request.texts) answer.vectors.push_back(VectorOf(text, dimension));
    answer.model = request.model;
    answer.usage.reported = true;
    answer.usage.input_tokens = static_cast<int64_t>(request.texts.size());
    return answer;
  }

  // Of length 1: each word counts at a place that its bytes choose.
  static std::vector<float> VectorOf(std::string_view text, size_t dimension) {
    std::vector<float> vector(dimension);
    float squares = 0;
    while (true) {
      const size_t space = text.find(' ');
      float& place = vector[Hash64(text.substr(0, space)) % dimension];
      squares += 2 * place + 1;
      place += 1;
      if (space == std::string_view::npos) break;
      text.remove_prefix(space + 1);
    }
    for (float& number : vector) number /= std::sqrt(squares);
    return vector;
  }

 private:
  const Answer answer_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_FAKE_EMBEDDER_H_

#include "manage/embed_texts.h"

#include <string_view>
#include <utility>

namespace attune {
namespace {

struct Range {
  size_t begin, end;
};

}  // namespace

asio::awaitable<absl::StatusOr<EmbeddedTexts>> EmbedTexts(Embedder& embedder, EmbedRequest request) {
  const std::vector<std::string_view> texts = std::move(request.texts);
  EmbeddedTexts all;
  all.vectors.resize(texts.size());
  int refused = 0;
  bool taken = false;
  std::vector<Range> left = {{0, texts.size()}};
  while (!left.empty()) {
    const Range range = left.back();
    left.pop_back();
    request.texts.assign(texts.begin() + static_cast<std::ptrdiff_t>(range.begin),
                         texts.begin() + static_cast<std::ptrdiff_t>(range.end));
    absl::StatusOr<Embeddings> outcome = co_await embedder.Embed(request);
    if (outcome.ok()) {
      taken = true;
      if (outcome->usage.reported) all.input_tokens += outcome->usage.input_tokens;
      for (size_t i = 0; i < outcome->vectors.size(); ++i) {
        all.vectors[range.begin + i] = std::move(outcome->vectors[i]);
      }
    } else if (!absl::IsInvalidArgument(outcome.status())) {
      co_return outcome.status();
    } else if (range.end - range.begin > 1) {
      const size_t middle = range.begin + (range.end - range.begin) / 2;
      left.push_back({middle, range.end});
      left.push_back({range.begin, middle});
    } else {
      all.refusal = outcome.status();
      if (++refused >= kMostRefusedAtFirst && !taken) co_return all.refusal;
    }
  }
  co_return all;
}

}  // namespace attune

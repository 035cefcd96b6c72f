// How each vendor's API for embeddings says the same things on the wire, and calls of an embedder: what the tests of
// embeddings share.
#ifndef ATTUNE_TESTS_PROVIDER_EMBED_WIRE_H_
#define ATTUNE_TESTS_PROVIDER_EMBED_WIRE_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "provider/embed_dialect.h"
#include "tests/fakes/run_coroutine.h"

namespace attune {

using Vectors = std::vector<std::vector<float>>;

struct EmbedWire {
  std::string name;
  std::function<std::unique_ptr<const EmbedDialect>()> dialect;
  std::string target;      // of model "m", after "/v1"
  std::string key_header;  // in lower case
  std::string key_prefix;  // before the key in it
  std::string body;        // of the texts "one" and "two"
  std::function<std::string(const Vectors& vectors)> answer;
  bool reports = true;  // the answer says "m-1" for its model, and 7 for its tokens
};

// OpenAI's and Gemini's own, and that of a server that speaks like OpenAI's but knows no base64.
const std::vector<EmbedWire>& AllEmbedWires();

// For the names of the tests.
inline std::ostream& operator<<(std::ostream& out, const EmbedWire& wire) { return out << wire.name; }

// The base64 text of a vector's float32.
std::string Base64Of(const std::vector<float>& vector);

using EmbeddingsOr = absl::StatusOr<Embeddings>;

inline EmbedRequest EmbedTexts(std::vector<std::string_view> texts, std::string model = "m") {
  EmbedRequest request;
  request.model = std::move(model);
  request.texts = std::move(texts);
  return request;
}

inline EmbeddingsOr Embed(IoPool& pool, Embedder& embedder, const EmbedRequest& request) {
  return Running<EmbeddingsOr>(pool, [&] { return embedder.Embed(request); }).Wait();
}

}  // namespace attune

#endif  // ATTUNE_TESTS_PROVIDER_EMBED_WIRE_H_

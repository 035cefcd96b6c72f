#include "provider/call_key.h"

#include <optional>
#include <type_traits>

namespace attune {
namespace {

// Every text with its length and every number with all of its bytes, so that no two lists of fields look alike.
class KeyWriter {
 public:
  explicit KeyWriter(size_t size_hint) { key_.reserve(size_hint); }
  template <typename T>
  requires std::is_arithmetic_v<T>
  void Add(T value) { key_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  void Add(std::string_view text) {
    Add(text.size());
    key_.append(text);
  }
  template <typename T>
  void Add(const std::optional<T>& value) {
    Add(value.has_value());
    if (value.has_value()) Add(*value);
  }
  std::string Take() { return std::move(key_); }

 private:
  std::string key_;
};

size_t SizeHint(const ModelRequest& request) {
  size_t bytes = 256 + request.response_schema.size();
  for (const Message& message : request.messages) bytes += message.content.size() + 16;
  return bytes;
}

}  // namespace

bool MayShareAnswer(const Parameters& parameters) { return parameters.cache.value_or(parameters.temperature == 0.0); }

std::string CallKey(std::string_view provider, const ModelRequest& request) {
  KeyWriter key(SizeHint(request));
  key.Add(provider);
  key.Add(std::string_view(request.model));
  key.Add(request.messages.size());
  for (const Message& message : request.messages) {
    key.Add(static_cast<int>(message.role));
    key.Add(std::string_view(message.content));
  }
  const Parameters& parameters = request.parameters;
  key.Add(parameters.temperature);
  key.Add(parameters.top_p);
  key.Add(parameters.max_tokens);
  key.Add(parameters.stop.size());
  for (const std::string& stop : parameters.stop) key.Add(std::string_view(stop));
  key.Add(parameters.seed);
  key.Add(parameters.top_logprobs);
  key.Add(std::string_view(request.response_schema));
  return key.Take();
}

}  // namespace attune

// OpenAI chat completions, and the many servers that speak the same: vLLM, llama.cpp, Ollama, Mistral, Azure, gateways.
#ifndef ATTUNE_PROVIDER_OPENAI_CHAT_H_
#define ATTUNE_PROVIDER_OPENAI_CHAT_H_

#include <string>
#include <string_view>
#include <utility>

#include "provider/dialect.h"

namespace attune {

inline constexpr std::string_view kOpenAiBaseUrl = "https://api.openai.com/v1";

// In what the servers differ: data, so that a new server is a new value and no new code.
struct OpenAiFields {
  // The request field that caps the answer. OpenAI's reasoning models refuse max_tokens; most others know nothing else,
  // and some drop max_completion_tokens silently, which leaves the answer uncapped.
  std::string max_tokens = "max_completion_tokens";
  std::string seed = "seed";
  std::string user = "safety_identifier";    // for a hash of the end user's id; empty: not sent
  bool stream_usage = true;                  // asks for usage at the end of a stream
  std::string developer_role = "developer";  // the role of developer messages; "system" for servers that know no other
  std::string path = "/chat/completions";    // after the base URL; "{model}" in it stands for the model's name
};

// OpenAI's own fields for OpenAI, and those that every compatible server takes for the others.
OpenAiFields OpenAiFieldsFor(std::string_view base_url);

class OpenAiChat final : public Dialect {
 public:
  explicit OpenAiChat(OpenAiFields fields = {}) : fields_(std::move(fields)) {}

  // INVALID_ARGUMENT (BAD_MODEL) for a model in the path that would lead to another address.
  absl::Status Check(const ModelRequest& request) const override;
  std::string Path(const ModelRequest& request, bool stream) const override;
  std::string Body(const ModelRequest& request, bool stream) const override;
  bool AlwaysTellsFinish() const override { return false; }
  void ReadWhole(const JsonObject& root, AnswerPart& part) const override;
  void ReadEvent(const JsonObject& root, AnswerPart& part) const override;

 private:
  const OpenAiFields fields_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_CHAT_H_

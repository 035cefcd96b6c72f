// OpenAI's legacy completions, as text-davinci-003 had them and compatible servers (vLLM, llama.cpp, Ollama) still do:
// one text in, its continuation out.
#ifndef ATTUNE_PROVIDER_OPENAI_COMPLETIONS_H_
#define ATTUNE_PROVIDER_OPENAI_COMPLETIONS_H_

#include "provider/dialect.h"

namespace attune {

// Prompt and cap together must fit the context, which is 4,096 tokens for many of the models that still have this API.
inline constexpr int32_t kDefaultCompletionTokens = 1'024;

// The conversation as one text: instructions first, a response schema as an instruction (the API has no field for it),
// then the turns, "User: …" and "Assistant: …", and an open "Assistant:" at the end. A single user message without
// anything else is the text itself. After a conversation the model is told to stop before it writes the user's next
// turn, unless all four stop texts are taken. Without a cap the API would stop after 16 tokens:
// kDefaultCompletionTokens then.
class OpenAiCompletions final : public Dialect {
 public:
  std::string Path(const ModelRequest& request, bool stream) const override;
  std::string Body(const ModelRequest& request, bool stream) const override;
  bool AlwaysTellsFinish() const override { return false; }
  void ReadWhole(const JsonObject& root, AnswerPart& part) const override;
  void ReadEvent(const JsonObject& root, AnswerPart& part) const override;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_COMPLETIONS_H_

// The servers that speak OpenAI's chat completions and in what they differ: data, so that a new one is a new row and no
// new code.
#ifndef ATTUNE_PROVIDER_OPENAI_SERVERS_H_
#define ATTUNE_PROVIDER_OPENAI_SERVERS_H_

#include <string>
#include <string_view>

#include "provider/openai_chat.h"

namespace attune {

struct OpenAiServer {
  std::string_view name;        // as in `server: ollama`
  std::string_view base_url;    // where it is, or listens by default; empty: elsewhere for everyone
  std::string_view key_header;  // that carries the key; empty: the usual way
  std::string_view query;       // appended to every address
  OpenAiFields fields;
  std::string_view embed_dimensions_field = "dimensions";  // asks for shorter embeddings
};

// Null if there is none of that name.
const OpenAiServer* FindOpenAiServer(std::string_view name);

// All names, with commas between.
std::string OpenAiServerNames();

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_SERVERS_H_

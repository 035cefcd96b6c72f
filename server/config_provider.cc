#include "config_provider.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "base/strings.h"
#include "provider/openai_servers.h"

namespace attune {
namespace {

constexpr size_t kMaxFileBytes = 4 << 20;  // of the configuration, a key, certificates

bool BeginsWithOneOf(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [text](std::string_view beginning) { return text.starts_with(beginning); });
}

bool IsUrlText(std::string_view url) { return IsOneLine(url) && url.find(' ') == std::string_view::npos; }

// A key of the kind openai alone.
template <typename T>
void KeepIfOpenAi(YamlMap& map, const char* key, VendorKind kind, const std::optional<T>& value, T& field) {
  if (!value) return;
  if (kind != VendorKind::kOpenAi) map.Fail(key, "is of the kind openai only");
  field = *value;
}

// Null if it is not named.
const OpenAiServer* FindServer(YamlMap& map, const ProviderConfig& config) {
  std::string name;
  KeepIfOpenAi(map, "server", config.kind, map.String("server"), name);
  if (name.empty()) return nullptr;
  const OpenAiServer* server = FindOpenAiServer(name);
  if (server == nullptr) map.Fail("server", StrCat("'", name, "' is none of: ", OpenAiServerNames()));
  if (server != nullptr && server->base_url.empty() && !map.Has("base_url")) {
    map.Fail("server", StrCat(name, " is elsewhere for everyone: give its base_url"));
  }
  return server;
}

void ReadFields(YamlMap& map, ProviderConfig& config) {
  OpenAiFields& fields = config.fields;
  const auto read = [&](const char* key, std::string& field) {
    KeepIfOpenAi(map, key, config.kind, map.String(key), field);
  };
  read("max_tokens_field", fields.max_tokens);
  read("seed_field", fields.seed);
  read("user_field", fields.user);
  read("developer_role", fields.developer_role);
  read("path", fields.path);
  read("dimensions_field", config.embed_dimensions_field);
  if (!fields.path.starts_with('/') || !IsUrlText(fields.path)) map.Fail("path", "must begin with a slash");
  for (const char* key : {"max_tokens_field", "seed_field", "developer_role", "dimensions_field"}) {
    if (map.Has(key) && map.String(key) == "") map.Fail(key, "must not be empty; only user_field may be");
  }
  KeepIfOpenAi(map, "stream_usage", config.kind, map.Bool("stream_usage"), fields.stream_usage);
}

}  // namespace

std::optional<std::string> ReadText(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) return std::nullopt;  // bad: a folder
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kMaxFileBytes) return std::nullopt;
  return text;
}

bool IsHeaderName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool IsOneLine(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

void ReadServer(YamlMap& map, ProviderConfig& config) {
  const OpenAiServer* server = FindServer(map, config);
  const std::string_view usual = server == nullptr ? DefaultBaseUrl(config.kind) : server->base_url;
  VendorOptions& options = config.options;
  const std::optional<std::string> base_url = map.String("base_url");
  options.base_url = base_url.value_or(std::string(usual));
  if (base_url && !(BeginsWithOneOf(*base_url, {"http://", "https://"}) && IsUrlText(*base_url))) {
    map.Fail("base_url", "must begin with http:// or https://");
  } else if (base_url && base_url->find_first_of("?#") != std::string::npos) {
    map.Fail("base_url", "must have no query; write it under the key 'query'");
  }
  options.key_header = map.String("key_header").value_or(std::string(server == nullptr ? "" : server->key_header));
  options.query = map.String("query").value_or(std::string(server == nullptr ? "" : server->query));
  if (!IsHeaderName(options.key_header)) map.Fail("key_header", "must be the name of a header, as in api-key");
  if (!IsUrlText(options.query) || options.query.find('#') != std::string::npos) {
    map.Fail("query", "must be names and values, as in api-version=2024-10-21");
  }
  if (server != nullptr) config.embed_dimensions_field = server->embed_dimensions_field;
  config.fields = server == nullptr ? OpenAiFieldsFor(options.base_url) : server->fields;
  ReadFields(map, config);
}

void ReadConnection(YamlMap& map, VendorOptions& options) {
  options.proxy = map.String("proxy");
  const bool known =
      !options.proxy || options.proxy->empty() ||
      BeginsWithOneOf(*options.proxy, {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"});
  if (!known || !IsUrlText(options.proxy.value_or(""))) {  // not quoted: it may hold a password
    map.Fail("proxy", "must begin with http://, https://, socks4://, socks4a://, socks5:// or socks5h://, or be \"\"");
  }
  options.tls_ca = map.String("tls_ca").value_or("");
  if (map.Has("tls_ca") && ReadText(options.tls_ca).value_or("").find("CERTIFICATE-----") == std::string::npos) {
    map.Fail("tls_ca", StrCat("the file ", options.tls_ca, " cannot be read, or holds no certificate in PEM"));
  }
  options.connect_timeout = map.Duration("connect_timeout").value_or(options.connect_timeout);
  if (const std::optional<absl::Duration> idle = map.Duration("idle_timeout")) {
    options.idle_timeout = options.answer_silence = *idle;
  }
  options.attempt_timeout = map.Duration("attempt_timeout").value_or(options.attempt_timeout);
}

}  // namespace attune

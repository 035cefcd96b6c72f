#include "config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

std::string TestEnvironment(const std::string& name) {
  if (name == "TWO_LINES") return "sk-secret\r\nX: 1";
  return name == "VENDOR_KEY" ? "sk-secret" : "";
}

absl::StatusOr<Config> Parse(const std::string& text) { return ParseConfig("attune.yaml", text, TestEnvironment); }

constexpr char kEveryKey[] = R"(
providers:
  azure:
    kind: openai
    base_url: https://me.openai.azure.com/openai/v1
    key_env: VENDOR_KEY
    key_header: api-key
    query: api-version=2024-10-21
    headers: {X-Team: search}
    proxy: http://proxy:3128
    connect_timeout: 2s
    idle_timeout: 1m
    attempt_timeout: 500ms
    retries: 0
    max_in_flight: 7
    max_waiting: 0
    embed_batch: 16
    dimensions_field: size
    max_tokens_field: max_tokens
    seed_field: random_seed
    user_field: user
    developer_role: system
    path: /deployments/{model}/chat
    stream_usage: false
    heed_rate_limits: false
    hedge: {percentile: 90, budget: 0.1}
  claude:
    kind: anthropic
routes:
  main: [azure/gpt-4o-mini, claude/claude-sonnet-4-5]
)";

TEST(ConfigTest, ReadsEveryKey) {
  const auto config = Parse(kEveryKey);
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->providers.size(), 2u);
  const ProviderConfig& azure = config->providers[0];
  EXPECT_EQ(azure.kind, VendorKind::kOpenAi);
  EXPECT_EQ(azure.options.name, "azure");
  EXPECT_EQ(azure.options.base_url, "https://me.openai.azure.com/openai/v1");
  EXPECT_EQ(azure.options.api_key, "sk-secret");
  EXPECT_EQ(azure.options.key_header, "api-key");
  EXPECT_EQ(azure.options.query, "api-version=2024-10-21");
  EXPECT_THAT(azure.options.extra_headers, testing::ElementsAre("X-Team: search"));
  EXPECT_EQ(azure.options.connect_timeout, absl::Seconds(2));
  EXPECT_EQ(azure.options.idle_timeout, absl::Minutes(1));
  EXPECT_EQ(azure.options.attempt_timeout, absl::Milliseconds(500));
  EXPECT_EQ(azure.retry.retries, 0);
  EXPECT_EQ(azure.limit.max_in_flight, 7);
  EXPECT_EQ(azure.limit.max_waiting, 0);
  EXPECT_EQ(azure.embed_batch, 16);
  EXPECT_EQ(azure.embed_dimensions_field, "size");
  EXPECT_EQ(azure.fields.max_tokens, "max_tokens");
  EXPECT_EQ(azure.fields.seed, "random_seed");
  EXPECT_EQ(azure.fields.user, "user");
  EXPECT_EQ(azure.fields.developer_role, "system");
  EXPECT_EQ(azure.fields.path, "/deployments/{model}/chat");
  EXPECT_FALSE(azure.fields.stream_usage);
  EXPECT_FALSE(azure.heed_rate_limits);
  ASSERT_TRUE(azure.hedge.has_value());
  EXPECT_EQ(azure.hedge->percentile, 90);
  EXPECT_EQ(azure.hedge->budget, 0.1);
  EXPECT_EQ(azure.options.proxy, "http://proxy:3128");
  const ProviderConfig& claude = config->providers[1];
  EXPECT_EQ(claude.kind, VendorKind::kAnthropic);
  EXPECT_EQ(claude.options.base_url, "https://api.anthropic.com/v1");
  EXPECT_EQ(claude.retry.retries, 2);
  EXPECT_EQ(claude.limit.max_in_flight, 0);
  EXPECT_EQ(claude.embed_batch, 0);
  EXPECT_TRUE(claude.heed_rate_limits);
  EXPECT_FALSE(claude.hedge.has_value());
  ASSERT_EQ(config->routes.size(), 1u);
  EXPECT_EQ(config->routes[0].name, "main");
  ASSERT_EQ(config->routes[0].choices.size(), 2u);
  ASSERT_EQ(config->routes[0].choices[1].size(), 1u);
  EXPECT_EQ(config->routes[0].choices[1][0].model, "claude/claude-sonnet-4-5");
  EXPECT_EQ(config->routes[0].choices[1][0].place, "attune.yaml:30:29");
  EXPECT_EQ(claude.options.proxy, std::nullopt);
  EXPECT_EQ(claude.options.tls_ca, "");
}

TEST(ConfigTest, AServerByItsNameNeedsNoFurtherKeyAndEveryFurtherKeyWins) {
  const auto config = Parse(R"(
providers:
  local: {kind: openai, server: ollama}
  mine: {kind: openai, server: mistral, base_url: "http://here/v1", seed_field: seed, stream_usage: true}
  azure: {kind: openai, server: azure-dated, base_url: "https://me.openai.azure.com", key_env: VENDOR_KEY}
  later: {kind: openai, server: azure-dated, base_url: "https://me.openai.azure.com", query: api-version=2025-04-01,
          key_header: x-key, max_tokens_field: max_completion_tokens, developer_role: developer}
)");
  ASSERT_TRUE(config.ok()) << config.status();
  const ProviderConfig& local = config->providers[0];
  EXPECT_EQ(local.options.base_url, "http://localhost:11434/v1");
  EXPECT_EQ(local.fields.max_tokens, "max_tokens");
  EXPECT_EQ(local.fields.developer_role, "system");
  const ProviderConfig& mine = config->providers[1];
  EXPECT_EQ(mine.options.base_url, "http://here/v1");
  EXPECT_EQ(mine.fields.seed, "seed");
  EXPECT_TRUE(mine.fields.stream_usage);
  EXPECT_EQ(mine.fields.max_tokens, "max_tokens");
  EXPECT_EQ(mine.embed_dimensions_field, "output_dimension");
  const ProviderConfig& azure = config->providers[2];
  EXPECT_EQ(azure.options.key_header, "api-key");
  EXPECT_EQ(azure.options.query, "api-version=2024-10-21");
  EXPECT_EQ(azure.fields.path, "/openai/deployments/{model}/chat/completions");
  const ProviderConfig& later = config->providers[3];
  EXPECT_EQ(later.options.key_header, "x-key");
  EXPECT_EQ(later.options.query, "api-version=2025-04-01");
  EXPECT_EQ(later.fields.max_tokens, "max_completion_tokens");
  EXPECT_EQ(later.fields.developer_role, "developer");
}

TEST(ConfigTest, ReadsTheWayToTheServer) {
  const std::string file = testing::TempDir() + "/attune_ca.pem";
  std::ofstream(file) << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  for (const std::string proxy : {"", "http://me:word@proxy:3128", "https://proxy", "socks5h://127.0.0.1:1080"}) {
    const auto config = Parse(StrCat("providers:\n  a: {kind: gemini, proxy: \"", proxy, "\", tls_ca: ", file, "}\n"));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->providers[0].options.proxy, proxy);
    EXPECT_EQ(config->providers[0].options.tls_ca, file);
  }
}

TEST(ConfigTest, AnEmptyFileIsGood) {
  for (const char* text : {"", "# nothing\n", "providers:\n  a: {kind: gemini}\n", "routes: {}\n"}) {
    EXPECT_TRUE(Parse(text).ok()) << text << Parse(text).status();
  }
}

TEST(ConfigTest, HedgesHaveDefaults) {
  const auto config = Parse("providers:\n  a: {kind: openai, hedge: {}}\n  b: {kind: openai, hedge: {budget: 0}}\n");
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_TRUE(config->providers[0].hedge.has_value());
  EXPECT_EQ(config->providers[0].hedge->percentile, 95);
  EXPECT_EQ(config->providers[0].hedge->budget, 0.05);
  EXPECT_EQ(config->providers[1].hedge->budget, 0);
}

struct Bad {
  const char* text;
  const char* message;
};

void CheckErrors(const std::vector<Bad>& cases) {
  for (const Bad& bad : cases) {
    const absl::Status status = Parse(bad.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.text;
    EXPECT_EQ(ErrorReason(status), "BAD_FILE") << bad.text;
    EXPECT_TRUE(StdView(status.message()).starts_with(bad.message)) << bad.text << status;
    EXPECT_EQ(status.ToString().find("sk-secret"), std::string::npos);
  }
}

TEST(ConfigTest, EveryErrorHasItsPlaceAndItsCause) {
  CheckErrors({
      {"providers:\n  a: {kind: openai, retires: 3}\n",
       "attune.yaml:2:21: provider 'a' has no key 'retires'; did you mean 'retries'?"},
      {"provider:\n  a: {kind: openai}\n",
       "attune.yaml:1:1: the configuration has no key 'provider'; did you mean 'providers'?"},
      {"providers:\n  a: {kind: opnai}\n",
       "attune.yaml:2:13: kind: 'opnai' is none of: openai, openai-responses, openai-completions, anthropic, gemini"},
      {"providers:\n  a: {base_url: http://x}\n", "attune.yaml:2:6: provider 'a' needs the key 'kind'"},
      {"providers:\n  a: {kind: openai, key_env: NO_SUCH_KEY}\n",
       "attune.yaml:2:30: key_env: the environment variable NO_SUCH_KEY is not set"},
      {"providers:\n  a: {kind: openai, key_file: /no/such/file}\n",
       "attune.yaml:2:31: key_file: the file /no/such/file cannot be read, or is empty"},
      {"providers:\n  a: {kind: openai, key_env: VENDOR_KEY, key_file: /x}\n",
       "attune.yaml:2:52: key_file: stands beside key_env; one of them is enough"},
      {"providers:\n  a: {kind: openai, idle_timeout: soon}\n",
       "attune.yaml:2:35: idle_timeout: 'soon' is no time above 0, such as 500ms, 5s or 2m"},
      {"providers:\n  a: {kind: openai, idle_timeout: 0s}\n",
       "attune.yaml:2:35: idle_timeout: '0s' is no time above 0, such as 500ms, 5s or 2m"},
      {"providers:\n  a: {kind: openai, retries: 11}\n", "attune.yaml:2:30: retries: must be 0 to 10"},
      {"providers:\n  a: {kind: openai, max_in_flight: 0}\n", "attune.yaml:2:36: max_in_flight: must be 1 to 1000000"},
      {"providers:\n  a: {kind: openai, embed_batch: 2049}\n", "attune.yaml:2:34: embed_batch: must be 1 to 2048"},
      {"providers:\n  a: {kind: anthropic, embed_batch: 5}\n",
       "attune.yaml:2:37: embed_batch: is of the kinds openai and gemini only"},
      {"providers:\n  a: {kind: openai, dimensions_field: \"\"}\n",
       "attune.yaml:2:39: dimensions_field: must not be empty"},
      {"providers:\n  a: {kind: openai, retries: many}\n", "attune.yaml:2:30: retries must be a whole number"},
      {"providers:\n  a: {kind: openai, headers: [x]}\n",
       "attune.yaml:2:30: headers must be a map of names and values"},
      {"providers:\n  a: {kind: openai, headers: {X: \"1\\r\\nY: 2\"}}\n",
       "attune.yaml:2:34: a header must be a name and a text in one line"},
      {"providers:\n  a: {kind: openai, base_url: ftp://x}\n",
       "attune.yaml:2:31: base_url: must begin with http:// or https://"},
      {"providers:\n  a: {kind: openai, key_env: TWO_LINES}\n",
       "attune.yaml:2:30: key_env: the key is more than one line"},
      {"providers:\n  a: {kind: gemini, stream_usage: true}\n",
       "attune.yaml:2:35: stream_usage: is of the kind openai only"},
      {"providers:\n  builtin: {kind: gemini}\n", "attune.yaml:2:3: 'builtin' is no name"},
      {"providers:\n  a: {kind: gemini, seed_field: s}\n", "attune.yaml:2:33: seed_field: is of the kind openai only"},
      {"providers:\n  A/b: {kind: gemini}\n", "attune.yaml:2:3: 'A/b' is no name"},
      {"providers:\n  route: {kind: gemini}\n", "attune.yaml:2:3: 'route' is no name"},
      {"providers:\n  a: {kind: gemini}\n  a: {kind: openai}\n", "attune.yaml:3:3: the key 'a' stands here twice"},
      {"providers:\n  a: {kind: openai, hedge: {percentile: 49.9}}\n",
       "attune.yaml:2:41: percentile: must be 50 to 99"},
      {"providers:\n  a: {kind: openai, hedge: {percentile: .nan}}\n",
       "attune.yaml:2:41: percentile: must be 50 to 99"},
      {"providers:\n  a: {kind: openai, hedge: {budget: 1.5}}\n", "attune.yaml:2:37: budget: must be 0 to 1"},
      {"providers:\n  a: {kind: openai, hedge: {budget: much}}\n", "attune.yaml:2:37: budget must be a number"},
      {"providers:\n  a: {kind: openai, hedge: {bugdet: 0.1}}\n",
       "attune.yaml:2:29: hedge has no key 'bugdet'; did you mean 'budget'?"},
      {"providers:\n  a: {kind: openai, hedge: true}\n", "attune.yaml:2:28: hedge must be a map of keys and values"},
      {"providers:\n  a: {kind: openai, seed_field: \"\"}\n",
       "attune.yaml:2:33: seed_field: must not be empty; only user_field may be"},
      {"providers:\n  a: {kind: openai, base_url: \"http://x/v1?a=b\"}\n",
       "attune.yaml:2:31: base_url: must have no query; write it under the key 'query'"},
      {"providers:\n  a: {kind: openai, key_header: \"Authorization: Bearer\"}\n",
       "attune.yaml:2:33: key_header: must be the name of a header, as in api-key"},
      {"providers:\n  a: {kind: openai, query: \"a b\"}\n", "attune.yaml:2:28: query: must be names and values"},
      {"providers: [a]\n", "attune.yaml:1:12: providers must be a map of names"},
      {"providers:\n  a: text\n", "attune.yaml:2:6: provider 'a' must be a map of keys and values"},
      {"routes:\n  main: []\n", "attune.yaml:2:9: route 'main' must be a list of models"},
      {"routes:\n  main: openai/x\n", "attune.yaml:2:9: route 'main' must be a list of models"},
      {"a: b: c\n", "attune.yaml:1:5: is not YAML"},
      {"- a\n", "attune.yaml:1:1: the configuration must be a map of keys and values"},
      {"providers: {}\n---\nroutes: {}\n", "attune.yaml:3:1: holds more than one YAML document"},
  });
}

TEST(ConfigTest, EveryErrorOfAServerAndTheWayToItHasItsPlaceAndItsCause) {
  CheckErrors({
      {"providers:\n  a: {kind: openai, proxy: \"me:sk-secret@proxy\"}\n",
       "attune.yaml:2:28: proxy: must begin with http://, https://, socks4://, socks4a://, socks5:// or socks5h://, or "
       "be \"\""},
      {"providers:\n  a: {kind: openai, proxy: \"http://a\\nb\"}\n", "attune.yaml:2:28: proxy: must begin with"},
      {"providers:\n  a: {kind: openai, tls_ca: /no/such/ca.pem}\n",
       "attune.yaml:2:29: tls_ca: the file /no/such/ca.pem cannot be read, or holds no certificate in PEM"},
      {"providers:\n  a: {kind: openai, tls_ca: /dev/null}\n", "attune.yaml:2:29: tls_ca: the file /dev/null cannot"},
      {"providers:\n  a: {kind: openai, tls_ca: /dev/zero}\n", "attune.yaml:2:29: tls_ca: the file /dev/zero cannot"},
      {"providers:\n  a: {kind: openai, tls_ca: /}\n", "attune.yaml:2:29: tls_ca: the file / cannot"},
      {"providers:\n  a: {kind: openai, tls_ca: \"\"}\n", "attune.yaml:2:29: tls_ca: the file  cannot"},
      {"providers:\n  a: {kind: openai, server: olama}\n",
       "attune.yaml:2:29: server: 'olama' is none of: azure, azure-dated, groq, llama.cpp, mistral, ollama, openai, "
       "openrouter, vllm"},
      {"providers:\n  a: {kind: openai, server: azure}\n",
       "attune.yaml:2:29: server: azure is elsewhere for everyone: give its base_url"},
      {"providers:\n  a: {kind: gemini, server: ollama}\n", "attune.yaml:2:29: server: is of the kind openai only"},
      {"providers:\n  a: {kind: gemini, developer_role: system}\n",
       "attune.yaml:2:37: developer_role: is of the kind openai only"},
      {"providers:\n  a: {kind: openai, path: chat}\n", "attune.yaml:2:27: path: must begin with a slash"},
  });
}

TEST(ConfigTest, ReadsAKeyFromAFileWithoutItsLineEnd) {
  const std::string file = testing::TempDir() + "/attune_key";
  std::ofstream(file) << "sk-from-file\n";
  const auto config = Parse(StrCat("providers:\n  a: {kind: openai, key_file: ", file, "}\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->providers[0].options.api_key, "sk-from-file");
}

TEST(ConfigTest, AFileThatIsNotThereIsAnError) {
  const absl::Status status = ReadConfig("/no/such/attune.yaml", TestEnvironment).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find("/no/such/attune.yaml"), std::string::npos);
}

}  // namespace
}  // namespace attune

#include "provider/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "provider/builtin_nearest.h"
#include "provider/hash_embedding.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/fakes/fake_provider.h"

namespace attune {
namespace {

ProviderRegistry TwoProviders() {
  ProviderRegistry::Builder builder;
  builder.Add("builtin", std::make_unique<BuiltinNearest>()).Add("vllm", std::make_unique<FakeProvider>());
  return std::move(builder).Build();
}

TEST(ProviderRegistryTest, ResolvesAModel) {
  const ProviderRegistry registry = TwoProviders();
  const auto nearest = registry.Resolve("builtin/nearest");
  ASSERT_TRUE(nearest.ok());
  EXPECT_NE(dynamic_cast<BuiltinNearest*>(nearest->provider), nullptr);
  EXPECT_EQ(nearest->model, "nearest");
  EXPECT_EQ(registry.Resolve("vllm/meta-llama/Llama-3")->model, "meta-llama/Llama-3");
  EXPECT_THAT(registry.Names(), testing::ElementsAre("builtin", "vllm"));
}

TEST(ProviderRegistryTest, NamesTheProvidersThatAreOnAndTheVariableThatIsMissing) {
  const ProviderRegistry registry = TwoProviders();
  const absl::Status missing = registry.Resolve("openai/gpt-4o-mini").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorReason(missing), "PROVIDER_NOT_FOUND");
  EXPECT_EQ(ErrorMetadata(missing, "providers"), "builtin, vllm");
  EXPECT_THAT(std::string(missing.message()), testing::HasSubstr("OPENAI_API_KEY"));
  EXPECT_THAT(std::string(registry.Resolve("anthropic/x").status().message()), testing::HasSubstr("ANTHROPIC_API_KEY"));
  EXPECT_THAT(std::string(registry.Resolve("gemini/x").status().message()), testing::HasSubstr("GEMINI_API_KEY"));
  EXPECT_THAT(std::string(registry.Resolve("nobody/x").status().message()),
              testing::AllOf(testing::HasSubstr("builtin, vllm"), testing::Not(testing::HasSubstr("API_KEY"))));
}

TEST(ProviderRegistryTest, ResolvesWhatMakesEmbeddings) {
  ProviderRegistry::Builder builder;
  builder.Add("builtin", std::make_unique<BuiltinNearest>(), {}, std::make_unique<HashEmbedder>())
      .Add("vllm", std::make_unique<FakeProvider>(), {}, std::make_unique<FakeEmbedder>())
      .Add("mute", std::make_unique<FakeProvider>())
      .AddAlias("team/small", "vllm/BAAI/bge-m3");
  const ProviderRegistry registry = std::move(builder).Build();
  const auto found = registry.ResolveEmbedder("team/small");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->name, "vllm/BAAI/bge-m3");
  EXPECT_EQ(found->model, "BAAI/bge-m3");
  EXPECT_NE(dynamic_cast<FakeEmbedder*>(found->embedder), nullptr);
  EXPECT_TRUE(registry.ResolveEmbedder("builtin/hash-embedding").ok());
  const absl::Status mute = registry.ResolveEmbedder("mute/any").status();
  EXPECT_EQ(ErrorReason(mute), "MODEL_CANNOT_EMBED");
  EXPECT_EQ(ErrorMetadata(mute, "providers"), "builtin, vllm");
  EXPECT_EQ(ErrorReason(registry.ResolveEmbedder("builtin/nearest").status()), "MODEL_NOT_FOUND");
  EXPECT_EQ(ErrorReason(registry.ResolveEmbedder("nobody/m").status()), "PROVIDER_NOT_FOUND");
  EXPECT_EQ(ErrorReason(registry.ResolveEmbedder("hash-embedding").status()), "BAD_MODEL");
}

TEST(ProviderRegistryTest, RefusesWhatIsNotAModel) {
  const ProviderRegistry registry = TwoProviders();
  for (const char* bad : {"", "builtin", "builtin/", "/nearest", "/"}) {
    EXPECT_EQ(ErrorReason(registry.Resolve(bad).status()), "BAD_MODEL") << bad;
  }
}

}  // namespace
}  // namespace attune

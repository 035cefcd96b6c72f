#include "provider/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "provider/builtin_nearest.h"
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

TEST(ProviderRegistryTest, RefusesWhatIsNotAModel) {
  const ProviderRegistry registry = TwoProviders();
  for (const char* bad : {"", "builtin", "builtin/", "/nearest", "/"}) {
    EXPECT_EQ(ErrorReason(registry.Resolve(bad).status()), "BAD_MODEL") << bad;
  }
}

}  // namespace
}  // namespace attune

#include "client/resource_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune {
namespace {

using testing::HasSubstr;

TEST(ResourceFile, ReadsAllKinds) {
  Resources resources;
  const absl::Status status = ParseResources("all.yaml", R"(
name: support
user: "{{input}}"
aliases: production
---
kind: dataset
name: faq
file: faq.csv
format: csv
test_share: 0.25
deduplicate: true
labels: [shop]
---
kind: alias
dataset: faq
alias: production
version: 3
canary_version: 4
canary_share: 0.1
---
)",
                                             resources);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_EQ(resources.prompts.size(), 1u);
  EXPECT_EQ(resources.prompts[0].aliases, std::vector<std::string>{"production"});
  ASSERT_EQ(resources.datasets.size(), 1u);
  const v1::ImportOptions& options = resources.datasets[0].options;
  EXPECT_EQ(resources.datasets[0].file, "faq.csv");
  EXPECT_EQ(options.dataset(), "faq");
  EXPECT_EQ(options.format(), v1::CSV);
  EXPECT_EQ(options.test_share(), 0.25);
  EXPECT_TRUE(options.deduplicate());
  EXPECT_FALSE(options.replace());
  EXPECT_EQ(options.labels(0), "shop");
  ASSERT_EQ(resources.aliases.size(), 1u);
  EXPECT_EQ(resources.aliases[0].dataset(), "faq");
  EXPECT_EQ(resources.aliases[0].version(), 3);
  EXPECT_EQ(resources.aliases[0].canary_share(), 0.1);
}

TEST(ResourceFile, ErrorsNameLineColumnAndCause) {
  const struct {
    const char* yaml;
    const char* expected;
  } cases[] = {
      {"kind: promt\nname: a\n", "a.yaml:1:7: kind: 'promt' is none of: prompt, dataset, alias"},
      {"user: x\n", "a.yaml:1:1: the document needs the key 'name'"},
      {"kind: dataset\nname: d\n", "needs the key 'file'"},
      {"kind: dataset\nname: d\nfile: f\nseparator: ';'\n", "a.yaml:4:1: the document has no key 'separator'"},
      {"kind: dataset\nname: d\nfile: f\nreplace: maybe\n", "a.yaml:4:10: replace must be true or false"},
      {"kind: alias\nalias: production\nversion: 1\n", "an alias needs one of 'prompt' and 'dataset'"},
      {"kind: alias\nprompt: a\ndataset: b\nalias: c\nversion: 1\n", "an alias needs one of"},
      {"kind: alias\nprompt: a\nalias: c\nversion: latest\n", "a.yaml:4:10: version must be a whole number"},
  };
  for (const auto& c : cases) {
    Resources resources;
    const absl::Status status = ParseResources("a.yaml", c.yaml, resources);
    ASSERT_FALSE(status.ok()) << c.yaml;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.expected)) << c.yaml;
  }
}

}  // namespace
}  // namespace attune

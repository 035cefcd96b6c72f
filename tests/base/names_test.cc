#include "base/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Names, FollowTheirPattern) {
  for (const char* good : {"a", "7", "faq", "team/faq.v2_x-1", "a--b"}) EXPECT_TRUE(CheckName(good, "f").ok()) << good;
  EXPECT_TRUE(CheckName(std::string(128, 'a'), "f").ok());
  for (const std::string& bad :
       {std::string(), std::string("A"), std::string("-a"), std::string("a-"), std::string("a b"), std::string("a@1"),
        std::string("\xC3\xA9"), std::string(129, 'a')}) {
    const absl::Status status = CheckName(bad, "prompt");
    EXPECT_EQ(ErrorReason(status), "BAD_NAME") << bad;
    EXPECT_EQ(ErrorMetadata(status, "field"), "prompt");
  }
}

TEST(Reference, IsANameAVersionOrAnAlias) {
  EXPECT_EQ(ParseReference("faq", "f")->name, "faq");
  EXPECT_EQ(ParseReference("faq@7", "f")->version, 7);
  EXPECT_EQ(ParseReference("faq@staging", "f")->alias, "staging");
  EXPECT_EQ(ErrorReason(ParseReference("faq@0", "f").status()), "BAD_VERSION");
  EXPECT_EQ(ErrorReason(ParseReference("faq@99999999999999999999", "f").status()), "BAD_VERSION");
  EXPECT_EQ(ErrorReason(ParseReference("faq@", "f").status()), "BAD_NAME");
  EXPECT_EQ(ErrorReason(ParseReference("faq@a@b", "f").status()), "BAD_NAME");
}

TEST(NearestNames, AreThoseThatWereProbablyMeant) {
  const std::vector<std::string> known = {"default", "support", "support-de", "sales"};
  EXPECT_THAT(NearestNames("defautl", known), ElementsAre("default"));
  EXPECT_THAT(NearestNames("suport", known), ElementsAre("support"));
  EXPECT_THAT(NearestNames("support", known), ElementsAre("support", "support-de"));
  EXPECT_THAT(NearestNames("zebra-crossing", known), IsEmpty());
}

TEST(NameNotFound, NamesTheNearest) {
  const absl::Status status = NameNotFound("PROMPT_NOT_FOUND", "prompt", "defautl", {"default"});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("the nearest names are: default"));
  EXPECT_EQ(ErrorMetadata(status, "nearest"), "default");
}

}  // namespace
}  // namespace attune

#include "transport/page_token.h"

#include <gtest/gtest.h>

#include "attune/v1/catalog.pb.h"
#include "base/error.h"

namespace attune {
namespace {

TEST(PageToken, ComesBackAsItWasMade) {
  for (const char* position : {"1", "50", "9223372036854775807", "int-0001:2"}) {
    const std::string token = MakePageToken("scope", position);
    EXPECT_EQ(token.find(position), std::string::npos) << "not opaque";
    ASSERT_TRUE(ReadPageToken("scope", token).ok());
    EXPECT_EQ(*ReadPageToken("scope", token), position);
  }
  EXPECT_EQ(*ReadPageNumber("scope", MakePageToken("scope", "50")), 50);
  EXPECT_EQ(MakePageToken("scope", ""), "");
  EXPECT_EQ(*ReadPageNumber("scope", ""), 0);
}

TEST(PageToken, ThatIsNotOneOfThisListIsRefused) {
  const std::string bad[] = {"x",
                             "!!!",
                             "AAAA",
                             std::string(100'000, 'A'),
                             std::string("\0\xff", 2),
                             MakePageToken("other", "50"),
                             MakePageToken("scope", "-1"),
                             MakePageToken("scope", "1e3"),
                             MakePageToken("scope", "9223372036854775808"),
                             MakePageToken("scope", "50") + "A"};
  for (const std::string& token : bad) {
    const absl::Status status = ReadPageNumber("scope", token).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << token;
    EXPECT_EQ(ErrorReason(status), "BAD_PAGE_TOKEN");
    EXPECT_EQ(ErrorMetadata(status, "field"), "page_token");
  }
}

TEST(PageToken, IsBoundToTheRequestButNotToItsPageSize) {
  v1::ListExamplesRequest request;
  request.set_dataset("faq");
  const std::string scope = PageScope(request);
  request.set_page_size(7);
  request.set_page_token("whatever");
  EXPECT_EQ(PageScope(request), scope);
  request.set_split(v1::TEST);
  EXPECT_NE(PageScope(request), scope);

  v1::ListDatasetVersionsRequest same_fields;
  same_fields.set_dataset("faq");
  EXPECT_NE(PageScope(same_fields), scope) << "another list";
}

TEST(PageSize, HasADefaultAndACeiling) {
  EXPECT_EQ(*PageSize(0), 50);
  EXPECT_EQ(*PageSize(0, 100), 100);
  EXPECT_EQ(*PageSize(1), 1);
  EXPECT_EQ(*PageSize(1000), 1000);
  EXPECT_EQ(*PageSize(1001), 1000);
  EXPECT_EQ(ErrorReason(PageSize(-1).status()), "BAD_PAGE_SIZE");
}

}  // namespace
}  // namespace attune

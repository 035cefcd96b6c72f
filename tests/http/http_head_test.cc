#include <gtest/gtest.h>

#include "http/http_client.h"

namespace attune {
namespace {

TEST(HttpHead, ReadsALengthThatIsANumber) {
  const struct {
    const char* value;
    size_t length;
  } cases[] = {{"0", 0},
               {"17", 17},
               {"18446744073709551615", 18'446'744'073'709'551'615u},
               {"18446744073709551616", 0},
               {"-1", 0},
               {"+1", 0},
               {"1 2", 0},
               {"1,1", 0},
               {"abc", 0},
               {"", 0}};
  for (const auto& c : cases) {
    HttpHead head;
    head.headers = {{"content-type", "5"}, {"content-length", c.value}};
    EXPECT_EQ(head.ContentLength(), c.length) << c.value;
  }
  EXPECT_EQ(HttpHead().ContentLength(), 0u);
}

}  // namespace
}  // namespace attune

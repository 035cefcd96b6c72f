#include "evaluate/numbers.h"

#include <gtest/gtest.h>

#include <optional>

namespace attune {
namespace {

struct NumberCase {
  const char* text;
  std::optional<double> number;
};

TEST(LastNumber, ReadsWhatPeopleAndModelsWrite) {
  const NumberCase cases[] = {
      {"", std::nullopt},
      {"no number", std::nullopt},
      {"5", 5},
      {"It is 5.", 5},
      {"3 apples and 4 pears: 7 fruits", 7},
      {"She pays 1,080 dollars\n#### 1,080", 1080},
      {"1,234,567.89", 1234567.89},
      {"1,2345", 2345},
      {"12,345", 12345},
      {"1234,567", 567},
      {"3.25%", 3.25},
      {".5", 0.5},
      {"-5", -5},
      {"\u22125", -5},
      {"-$3.50", -3.5},
      {"$-3.50", -3.5},
      {"-\u20ac7", -7},
      {"3-5", 5},
      {"(3)-5", 5},
      {"a - 5", 5},
      {"= -5", -5},
      {"1e5", 1e5},
      {"1.5E-3", 0.0015},
      {"2e+2", 200},
      {"2e", 2},
      {"12 m2", 12},
      {"H2O", std::nullopt},
      {"5km", 5},
      {"\u7b54\u6848\u662f42", 42},
      {"1.2.3", 3},
      {"7, 8", 8},
      {"4 1e999", 4},
      {"00012", 12},
  };
  for (const NumberCase& test : cases) EXPECT_EQ(LastNumber(test.text), test.number) << test.text;
}

}  // namespace
}  // namespace attune

#include "base/append_log.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace attune {
namespace {

// Counts what lives.
struct Counted {
  Counted() { ++all; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --all; }

  static inline int all = 0;
};

TEST(AppendLog, ElementsAreValueInitialisedAndNeverMove) {
  AppendLog<uint32_t> log;
  std::vector<const uint32_t*> places;
  for (uint32_t i = 0; i < 1000; ++i) {
    log.Reserve(i + 1);
    ASSERT_EQ(log[i], 0u);
    log.Mutable(i) = i;
    places.push_back(&log[i]);
  }
  for (uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(log[i], i);
    EXPECT_EQ(&log[i], places[i]);
  }
}

TEST(AppendLog, ReservingLessOrAgainChangesNothing) {
  AppendLog<int> log;
  log.Reserve(100);
  for (size_t i = 0; i < 100; ++i) log.Mutable(i) = 7;
  log.Reserve(100);
  log.Reserve(0);
  log.Reserve(65);
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(log[i], 7);
}

// So a chunk twice as large as those before it costs neither time nor memory until it is used.
TEST(AppendLog, MakesNoMoreThanWasReservedAndDestroysAll) {
  for (const size_t size : {0u, 1u, 63u, 64u, 65u, 192u, 193u, 5000u}) {
    {
      AppendLog<Counted> log;
      log.Reserve(size);
      EXPECT_EQ(static_cast<size_t>(Counted::all), size);
    }
    EXPECT_EQ(Counted::all, 0) << size;
  }
}

}  // namespace
}  // namespace attune

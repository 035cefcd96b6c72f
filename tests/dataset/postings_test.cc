#include "dataset/postings.h"

#include <gtest/gtest.h>

#include <set>

namespace attune {
namespace {

struct Case {
  const char* name;
  uint32_t rows = 0;  // of the segment
  std::vector<uint32_t> slots;
};

std::vector<uint32_t> Every(uint32_t step, uint32_t end) {
  std::vector<uint32_t> slots;
  for (uint32_t slot = 0; slot < end; slot += step) slots.push_back(slot);
  return slots;
}

std::vector<Case> Cases() {
  return {
      {"of nothing", 0, {}},
      {"none", 10, {}},
      {"the only row", 1, {0}},
      {"one range", 65'536, {0, 7, 65'535}},
      {"a range with a row", 65'537, {0, 65'535, 65'536}},
      {"only in the last range", 200'000, {199'999}},
      {"an empty range between", 200'000, {1, 2, 131'072, 131'073}},
      {"none of many ranges", 300'000, {}},
      {"the ends of ranges", 262'144, {65'535, 65'536, 131'071, 131'072, 196'607, 196'608, 262'143}},
      {"more than 65,536", 300'000, Every(3, 300'000)},
  };
}

TEST(SlotList, GivesWhatWasAppended) {
  std::vector<uint16_t> packed = {1, 2, 3};  // of another list
  for (const Case& test : Cases()) {
    SCOPED_TRACE(test.name);
    const size_t begin = packed.size();
    SlotList::Append(test.slots, test.rows, packed);
    const SlotList list(packed.data() + begin, static_cast<uint32_t>(test.slots.size()), test.rows);
    EXPECT_EQ(list.size(), test.slots.size());
    std::vector<uint32_t> found;
    list.ForEach([&](uint32_t slot) { found.push_back(slot); });
    EXPECT_EQ(found, test.slots);
    for (uint32_t range = 0; range * SlotList::kRangeRows < test.rows; ++range) {
      for (uint32_t at = list.begin_of(range); at < list.end_of(range); ++at) {
        EXPECT_EQ(range * SlotList::kRangeRows + list.lows()[at], test.slots[at]);
      }
    }
  }
}

TEST(SlotList, FindsRows) {
  for (const Case& test : Cases()) {
    SCOPED_TRACE(test.name);
    std::vector<uint16_t> packed;
    SlotList::Append(test.slots, test.rows, packed);
    const RowSet set = {.slots = SlotList(packed.data(), static_cast<uint32_t>(test.slots.size()), test.rows),
                        .rows = static_cast<uint32_t>(test.slots.size())};
    std::set<uint32_t> looked_for = {0, 1, 65'534, 65'535, 65'536, 65'537, 131'071, 131'072, 199'999, 262'143, 299'999};
    for (const uint32_t slot : looked_for) {
      if (slot >= test.rows) continue;
      const auto before = std::lower_bound(test.slots.begin(), test.slots.end(), slot) - test.slots.begin();
      EXPECT_EQ(RowsBefore(slot, test.rows, set), before) << slot;
      EXPECT_EQ(Contains(set, slot), std::binary_search(test.slots.begin(), test.slots.end(), slot)) << slot;
    }
    EXPECT_EQ(RowsBefore(test.rows, test.rows, set), test.slots.size());
  }
}

}  // namespace
}  // namespace attune

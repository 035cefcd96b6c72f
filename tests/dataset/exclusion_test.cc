// A case and its duplicates are never among its own examples.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/analyzer.h"
#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

std::vector<std::string> Chosen(const DatasetPtr& dataset, const SelectionPolicy& policy, const Exclusion& exclusion) {
  std::vector<std::string> ids;
  const auto selection = SelectExamples({dataset, dataset->latest()}, policy, exclusion.input, &exclusion);
  EXPECT_TRUE(selection.ok()) << selection.status();
  if (!selection.ok()) return ids;
  for (const ScoredExample& chosen : selection->examples) ids.emplace_back(chosen.example.id());
  std::sort(ids.begin(), ids.end());
  return ids;
}

SelectionPolicy PolicyOf(Strategy strategy, const std::vector<std::string>& ids) {
  SelectionPolicy policy;
  policy.strategy = strategy;
  policy.k = kMaxExamples;
  if (strategy == Strategy::kFixed) policy.example_ids = ids;
  return policy;
}

constexpr Strategy kStrategies[] = {Strategy::kFixed, Strategy::kRandom, Strategy::kLexical};

TEST(Exclusion, IsByNormalisedInputOrById) {
  const DatasetPtr dataset = DatasetOf({MakeExample("same", "Lost card"), MakeExample("case", "LOST  card?!"),
                                        MakeExample("accent", "l\u00f3st c\u00e0rd"), MakeExample("near", "lost cards"),
                                        MakeExample("order", "card lost"), MakeExample("itself", "my card was lost")});
  const std::vector<std::string> ids = {"same", "case", "accent", "near", "order", "itself"};
  for (const Strategy strategy : kStrategies) {
    const SelectionPolicy policy = PolicyOf(strategy, ids);
    EXPECT_EQ(Chosen(dataset, policy, {.input = "lost card"}), std::vector<std::string>({"itself", "near", "order"}));
    EXPECT_EQ(Chosen(dataset, policy, {.input = "lost card", .id = "itself"}),
              std::vector<std::string>({"near", "order"}));
    EXPECT_EQ(Chosen(dataset, policy, {.input = "the lost card"}).size(), 6u);
  }
}

TEST(Exclusion, HoldsForEveryCaseOfARandomSet) {
  static const char* const kInputs[] = {"lost card",  "Lost card",   "lost card.", "lost, card",
                                        "my card",    "MY CARD",     "caf\u00e9",  "cafe",
                                        "Cafe\u0301", "stra\u00dfe", "strasse",    "lost my card"};
  for (uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    std::vector<Example> examples;
    std::vector<std::string> ids;
    for (size_t i = 0; i < 25; ++i) {
      ids.push_back(StrCat("e", i));
      examples.push_back(MakeExample(ids.back(), kInputs[random() % std::size(kInputs)]));
    }
    const DatasetPtr dataset = DatasetOf(examples);
    for (const Example& held : examples) {
      std::vector<std::string> others;
      for (const Example& example : examples) {
        if (NormalizeText(example.input) != NormalizeText(held.input)) others.push_back(example.id);
      }
      std::sort(others.begin(), others.end());
      const Exclusion exclusion = {.input = held.input, .id = held.id};
      EXPECT_EQ(Chosen(dataset, PolicyOf(Strategy::kFixed, ids), exclusion), others);
      EXPECT_EQ(Chosen(dataset, PolicyOf(Strategy::kRandom, ids), exclusion), others);
      for (const std::string& id : Chosen(dataset, PolicyOf(Strategy::kLexical, ids), exclusion)) {
        EXPECT_TRUE(std::binary_search(others.begin(), others.end(), id)) << id << " is " << held.input;
      }
    }
  }
}

// Many duplicates do not use up the places.
TEST(Exclusion, CostsNoPlaces) {
  std::vector<Example> examples;
  for (int i = 0; i < 500; ++i) examples.push_back(MakeExample(StrCat("dup", i), "lost card"));
  for (int i = 0; i < 4; ++i) examples.push_back(MakeExample(StrCat("far", i), StrCat("card number ", i)));
  EXPECT_EQ(Chosen(DatasetOf(examples), SelectionPolicy(), {.input = "Lost card"}),
            std::vector<std::string>({"far0", "far1", "far2", "far3"}));
}

}  // namespace
}  // namespace attune

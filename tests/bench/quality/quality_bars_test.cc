// The bars that retrieval keeps on the public sets (docs/QUALITY.md). The sets are not part of the project (see
// data_folder.h): where one is absent, its test is skipped.
#include <gtest/gtest.h>

#include <tuple>

#include "tests/bench/quality/measure.h"
#include "tests/data_folder.h"

namespace attune {
namespace {

#define SKIP_WITHOUT(set) \
  if ((set).empty()) GTEST_SKIP() << "no " << (set).name << " in " << DataFolder()

TEST(QualityBars, TheRightIntentIsShownOnBanking77) {
  const PublicSet set = Banking77();
  SKIP_WITHOUT(set);
  ASSERT_EQ(set.questions.size(), 3'080u);
  const SelectionQuality quality = MeasureSelection(set, {});
  EXPECT_GE(quality.right_shown, 0.945);
  EXPECT_GE(quality.nearest, 0.85);
  EXPECT_LE(MeanTerms(set.questions), 20);
}

TEST(QualityBars, VectorsOfTheBuiltinModelFindWhatWordsFind) {
  const std::tuple<PublicSet, double, double> bars[] = {{Banking77(), 0.94, 0.85}, {Bitext(), 0.99, 0.96}};
  for (const auto& [plain, shown, nearest] : bars) {
    SKIP_WITHOUT(plain);
    PublicSet set = plain;
    Embed(set);
    for (const Strategy strategy : {Strategy::kSemantic, Strategy::kHybrid}) {
      SelectionPolicy policy;
      policy.strategy = strategy;
      const SelectionQuality quality = MeasureSelection(set, policy);
      EXPECT_GE(quality.right_shown, shown) << set.name;
      EXPECT_GE(quality.nearest, nearest) << set.name;
    }
  }
}

TEST(QualityBars, TheRightIntentIsShownOnBitext) {
  const PublicSet set = Bitext(), small = BitextTenAnIntent();
  SKIP_WITHOUT(set);
  ASSERT_EQ(set.questions.size(), 810u);
  const SelectionQuality quality = MeasureSelection(set, {});
  EXPECT_GE(quality.right_shown, 0.99);
  EXPECT_GE(quality.nearest, 0.95);
  const SelectionQuality of_small = MeasureSelection(small, {});
  EXPECT_GE(of_small.right_shown, 0.97);
  EXPECT_GE(of_small.nearest, 0.8);
}

TEST(QualityBars, SectionsAreFoundInEveryLanguage) {
  const std::pair<const char*, double> bars[] = {{"en", 0.58}, {"es", 0.57}, {"fr", 0.48}, {"zh", 0.57}};
  for (const auto& [language, bar] : bars) {
    const PublicSet set = HelpSections(language);
    SKIP_WITHOUT(set);
    ASSERT_EQ(set.questions.size(), 121u);
    EXPECT_GE(MeasureSearch(set, 3), bar) << language;
  }
}

TEST(QualityBars, CoverageTellsWhatCannotBeAnswered) {
  const PublicSet curekart = Curekart();
  SKIP_WITHOUT(curekart);
  ASSERT_EQ(curekart.questions.size(), 459u);
  const auto with = MeasureCoverage(curekart, curekart.questions);
  const auto without = MeasureCoverage(curekart, CurekartUnanswerable());
  ASSERT_EQ(without.size(), 532u);
  EXPECT_GE(Auroc(with, without, &CoverageSteps::coverage), 0.88);
}

// Coverage 0.3 is what 3 of 10 good questions stay below, whatever the set is like. Titles are not much like the texts
// that they are looked up in, so that those of the help centre keep to it less closely.
TEST(QualityBars, OneThresholdMeansTheSameOnEverySet) {
  const std::pair<PublicSet, double> sets[] = {{Banking77(), 0.15},        {Bitext(), 0.15},
                                               {HelpSections("en"), 0.25}, {HelpSections("es"), 0.25},
                                               {HelpSections("fr"), 0.25}, {HelpSections("zh"), 0.25}};
  for (const auto& [set, tolerance] : sets) {
    SKIP_WITHOUT(set);
    const auto measured = MeasureCoverage(set, set.questions);
    for (const double threshold : {0.1, 0.3, 0.5, 0.7}) {
      EXPECT_NEAR(ShareBelow(measured, threshold), threshold, tolerance) << set.name << " " << threshold;
    }
  }
}

}  // namespace
}  // namespace attune

// Holds the whole tree against the rules of the house (tests/structure/rules.h).
#include <gtest/gtest.h>

#include "tests/structure/rules.h"

namespace attune::structure {
namespace {

class Structure : public testing::Test {
 protected:
  static const std::vector<Source>& Tree() {
    static const std::vector<Source> kTree = ReadSources(ATTUNE_SOURCE_DIR, {"server", "client", "proto", "tests"});
    return kTree;
  }

  static void Check(Findings (*rule)(const Source&)) {
    ASSERT_GT(Tree().size(), 100U) << "the sources were not found";
    for (const Source& source : Tree()) {
      for (const Finding& finding : rule(source)) ADD_FAILURE() << finding;
    }
  }
};

TEST_F(Structure, RoomsIncludeOnlyWhatTheArrowsAllow) { Check(CheckArrows); }
TEST_F(Structure, ForeignHeadersStayInTheirRooms) { Check(CheckForeignHeaders); }
TEST_F(Structure, SqlStaysInTheStore) { Check(CheckSql); }
TEST_F(Structure, WordsHaveTheirPlaces) { Check(CheckWords); }
TEST_F(Structure, HeadersAreGuardedAndCommented) { Check(CheckHeader); }
TEST_F(Structure, FilesAreShort) { Check(CheckFileLength); }
TEST_F(Structure, FunctionsAreShort) { Check(CheckFunctionLengths); }
TEST_F(Structure, TheApiIsCommented) { Check(CheckProto); }

}  // namespace
}  // namespace attune::structure

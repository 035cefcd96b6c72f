// Where the public sets for the slower quality tests are: not part of the project, so a test that finds none skips.
#ifndef ATTUNE_TESTS_DATA_FOLDER_H_
#define ATTUNE_TESTS_DATA_FOLDER_H_

#include <cstdlib>
#include <string>

namespace attune {

// The folder that ATTUNE_TEST_DATA names, else shared/data beside the sources; it need not exist.
inline std::string DataFolder() {
  const char* folder = std::getenv("ATTUNE_TEST_DATA");
  if (folder != nullptr) return folder;
  return ATTUNE_SOURCE_DIR "/../shared/data";
}

}  // namespace attune

#endif  // ATTUNE_TESTS_DATA_FOLDER_H_

// What a proxy makes of a body that it compresses.
#ifndef ATTUNE_TESTS_FAKES_GZIP_H_
#define ATTUNE_TESTS_FAKES_GZIP_H_

#include <string>
#include <vector>

namespace attune {

std::string Gzip(const std::string& text);

// One compressed body in pieces: each holds all of its text, as a stream must.
std::vector<std::string> GzipEach(const std::vector<std::string>& texts);

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_GZIP_H_

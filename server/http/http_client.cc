#include "http/http_client.h"

#include <charconv>
#include <system_error>

namespace attune {

std::string_view HttpHead::Header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

size_t HttpHead::ContentLength() const {
  const std::string_view length = Header("content-length");
  size_t bytes = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bytes);
  return error == std::errc() && end == length.data() + length.size() ? bytes : 0;
}

}  // namespace attune

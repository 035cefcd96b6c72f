#include "http/http_client.h"

namespace attune {

std::string_view HttpHead::Header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

}  // namespace attune

#include "provider/dialect.h"

#include "provider/vendor_http.h"

namespace attune {

void UsageCounts::Update(const UsageCounts& later) {
  for (const auto field : {&UsageCounts::input, &UsageCounts::cached, &UsageCounts::outside_input, &UsageCounts::output,
                           &UsageCounts::reasoning}) {
    if (later.*field) this->*field = later.*field;
  }
}

Usage UsageCounts::ToUsage() const {
  Usage usage;
  usage.reported = input.has_value() || output.has_value();
  usage.input_tokens = input.value_or(0) + outside_input.value_or(0);
  usage.cached_input_tokens = cached.value_or(0);
  usage.output_tokens = output.value_or(0);
  usage.reasoning_tokens = reasoning.value_or(0);
  return usage;
}

std::vector<std::string> Dialect::Headers(const std::string& api_key) const { return BearerHeaders(api_key); }

}  // namespace attune

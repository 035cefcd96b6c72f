#include "prompt/schema_rules.h"

#include <re2/re2.h>

#include <cmath>
#include <utility>
#include <valijson/internal/adapter.hpp>
#include <valijson/validation_results.hpp>

#include "base/strings.h"

namespace attune {
namespace {

// What one step pays for, so that all steps take about the same time.
constexpr int64_t kTextBytesPerStep = 64;
constexpr int64_t kPathBytesPerStep = 256;
constexpr int64_t kComparisonsPerStep = 16;

thread_local StepMeter* this_threads_meter = nullptr;

int64_t Size(size_t size) { return static_cast<int64_t>(size); }

// valijson copies the way to a value for each value.
int64_t PathBytes(const SchemaRule::Context& context) {
  int64_t bytes = 0;
  for (const std::string& part : context) bytes += Size(part.size());
  return bytes;
}

}  // namespace

StepMeter::StepMeter(int64_t steps) : left_(steps), outer_(std::exchange(this_threads_meter, this)) {}

StepMeter::~StepMeter() { this_threads_meter = outer_; }

void StepMeter::Take(int64_t steps) {
  StepMeter* const meter = this_threads_meter;
  if (meter == nullptr || steps > meter->left_) throw TooManySteps();
  meter->left_ -= steps;
}

bool SchemaRule::validate(const Value& value, const Context& context, valijson::ValidationResults* results) const {
  if (test_(value, context)) return true;
  if (results != nullptr) results->pushError(context, cause_);
  return false;
}

SchemaRule TakeSteps(const SchemaCost& cost) {
  const auto test = [cost](const SchemaRule::Value& value, const SchemaRule::Context& context) {
    int64_t steps = 1 + cost.steps + PathBytes(context) / kPathBytesPerStep;
    if (cost.text_readers > 0 && value.isString()) {
      steps += cost.text_readers * (Size(value.getString().size()) / kTextBytesPerStep);
    }
    if (cost.unique_items && value.isArray()) {
      const int64_t items = Size(value.getArraySize());
      steps += items * items / kComparisonsPerStep;
    }
    StepMeter::Take(steps);
    return true;
  };
  return SchemaRule(test, "");
}

SchemaRule MatchesPattern(std::shared_ptr<const re2::RE2> pattern) {
  std::string cause = StrCat("does not match the pattern ", pattern->pattern());
  const auto test = [pattern = std::move(pattern)](const SchemaRule::Value& value, const SchemaRule::Context&) {
    return !value.isString() || re2::RE2::PartialMatch(value.getString(), *pattern);
  };
  return SchemaRule(test, std::move(cause));
}

SchemaRule IsMultipleOf(double divisor) {
  const auto test = [divisor](const SchemaRule::Value& value, const SchemaRule::Context&) {
    if (!value.isNumber()) return true;
    const double number = value.asDouble();
    const double rounding = std::abs(number) * 1e-14;
    return std::abs(std::remainder(number, divisor)) <= std::min(rounding, divisor / 4);
  };
  return SchemaRule(test, StrCat("is not a multiple of ", divisor));
}

}  // namespace attune

// What valijson 1.0 lacks, or does in a way that a hostile answer can turn into a crash or a hang, as rules of our own:
// its std::regex overflows the stack on a long string, its multipleOf divides by zero, and nothing bounds its work.
//
// Only response_schema.cc, schema_reader.cc and schema_keywords.cc see valijson.
#ifndef ATTUNE_PROMPT_SCHEMA_RULES_H_
#define ATTUNE_PROMPT_SCHEMA_RULES_H_

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <valijson/constraints/concrete_constraints.hpp>
#include <vector>

namespace re2 {
class RE2;
}

namespace attune {

// Thrown through valijson, which has no other way out.
class TooManySteps : public std::exception {
 public:
  const char* what() const noexcept override { return "too many steps"; }
};

// Bounds the work of the checks that this thread makes while the object lives. A schema is shared by all threads and
// valijson hands its rules nothing of the caller's, so they find the meter by their thread.
class StepMeter {
 public:
  explicit StepMeter(int64_t steps);
  ~StepMeter();
  StepMeter(const StepMeter&) = delete;
  StepMeter& operator=(const StepMeter&) = delete;

  // Takes steps from this thread's meter; throws TooManySteps when it is used up.
  static void Take(int64_t steps);

 private:
  int64_t left_;
  StepMeter* const outer_;
};

// A rule of our own within a valijson schema.
class SchemaRule final : public valijson::constraints::PolyConstraint {
 public:
  using Value = valijson::adapters::Adapter;
  using Context = std::vector<std::string>;  // the way to the value, outermost first
  using Test = std::function<bool(const Value& value, const Context& context)>;

  // `cause` is what a value that fails the test has done wrong.
  SchemaRule(Test test, std::string cause) : test_(std::move(test)), cause_(std::move(cause)) {}

  bool validate(const Value& value, const Context& context, valijson::ValidationResults* results) const override;

 private:
  Constraint* cloneInto(void* memory) const override { return new (memory) SchemaRule(*this); }
  size_t sizeOf() const override { return sizeof(SchemaRule); }

  Test test_;
  std::string cause_;
};

// The cost of looking at one value with one subschema, beyond one step.
struct SchemaCost {
  int64_t steps = 0;
  int64_t text_readers = 0;  // keywords that read all of a text
  bool unique_items = false;
};

// Always true; the first rule of every subschema.
SchemaRule TakeSteps(const SchemaCost& cost);
SchemaRule MatchesPattern(std::shared_ptr<const re2::RE2> pattern);
// `divisor` > 0. Allows for the rounding of decimal fractions: 19.99 is a multiple of 0.01.
SchemaRule IsMultipleOf(double divisor);

}  // namespace attune

#endif  // ATTUNE_PROMPT_SCHEMA_RULES_H_

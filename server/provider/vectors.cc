#include "provider/vectors.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/strings.h"

namespace attune {
namespace {

// Sums of squares this near to 1 are those of vectors that the vendor has scaled, rounded to float32.
constexpr double kUnitTolerance = 1e-5;

std::vector<float> ReadBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(AbslView(text), &bytes) || bytes.size() % 4 != 0) return {};
  std::vector<float> vector(bytes.size() / 4);
  for (size_t i = 0; i < vector.size(); ++i) {
    uint32_t bits = 0;
    for (size_t k = 4; k-- > 0;) bits = bits << 8 | static_cast<uint8_t>(bytes[4 * i + k]);
    vector[i] = std::bit_cast<float>(bits);
  }
  return vector;
}

std::vector<float> ReadArray(const simdjson::dom::array& numbers) {
  std::vector<float> vector;
  vector.reserve(numbers.size());
  for (const simdjson::dom::element entry : numbers) {
    double number = 0;
    if (entry.get(number) != simdjson::SUCCESS) return {};
    const bool fits = std::abs(number) <= std::numeric_limits<float>::max();
    vector.push_back(fits ? static_cast<float>(number) : std::numeric_limits<float>::infinity());
  }
  return vector;
}

double SumOfSquares(const std::vector<float>& vector) {
  double sum = 0;
  for (const float number : vector) sum += static_cast<double>(number) * number;
  return sum;
}

// False if it has no direction.
bool Normalize(std::vector<float>& vector) {
  const double sum = SumOfSquares(vector);
  if (!std::isfinite(sum) || sum == 0) return false;
  if (std::abs(sum - 1) <= kUnitTolerance) return true;
  const double scale = 1 / std::sqrt(sum);
  for (float& number : vector) number = static_cast<float>(number * scale);
  return true;
}

// What is wrong with one vector beside the others; empty: nothing.
std::string Fault(const FoundVector& found, const std::vector<std::vector<float>>& taken, size_t dimension) {
  if (!found.index) return "a vector does not say which text it belongs to";
  const int64_t index = *found.index;
  if (static_cast<uint64_t>(index) >= taken.size()) {
    return StrCat("a vector is said to belong to text ", index, " of ", taken.size());
  }
  if (!taken[static_cast<size_t>(index)].empty()) return StrCat("text ", index, " has two vectors");
  if (found.numbers.empty()) return StrCat("the vector of text ", index, " is empty or is no list of numbers");
  if (found.numbers.size() == dimension) return "";
  return StrCat("the vector of text ", index, " has ", found.numbers.size(), " numbers and not ", dimension);
}

}  // namespace

std::vector<float> VectorField(const JsonObject& from, std::string_view key) {
  simdjson::dom::array numbers;
  if (from[key].get(numbers) == simdjson::SUCCESS) return ReadArray(numbers);
  return ReadBase64(TextField(from, key));
}

std::optional<std::vector<std::vector<float>>> ArrangeVectors(std::vector<FoundVector> found, size_t texts,
                                                              std::optional<int32_t> dimensions, std::string& what) {
  if (found.size() != texts) {
    what = StrCat("it holds ", found.size(), " vectors for ", texts, " texts");
    return std::nullopt;
  }
  std::vector<std::vector<float>> vectors(texts);
  const size_t own = found.empty() ? 0 : found.front().numbers.size();
  const size_t dimension = dimensions ? static_cast<size_t>(*dimensions) : own;
  for (FoundVector& one : found) {
    what = Fault(one, vectors, dimension);
    if (!what.empty()) return std::nullopt;
    if (!Normalize(one.numbers)) {
      what = StrCat("the vector of text ", *one.index, " is all zeros or has a number that is not finite");
      return std::nullopt;
    }
    vectors[static_cast<size_t>(*one.index)] = std::move(one.numbers);
  }
  return vectors;  // as many as texts and no text twice: none is missing
}

}  // namespace attune

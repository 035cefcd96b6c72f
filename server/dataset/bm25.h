// The weights of BM25. Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
//
// The weight of a term that occurs `count` times in a text of `length` terms is idf * Saturation(count, length). Taken
// apart, a row's score is Saturation(1, length) times the sum of idf * Repeats(count, length), and Repeats is 1 for the
// one occurrence that most terms have: a search adds up integers and multiplies at the end.
#ifndef ATTUNE_DATASET_BM25_H_
#define ATTUNE_DATASET_BM25_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace attune {

// Above the usual 1.2 and 0.75: what else a text says counts more against it, and what it says again counts more for
// it. Found on the sets of docs/QUALITY.md, where long texts gain most and short questions lose nothing.
inline constexpr double kBm25K1 = 2.5;
inline constexpr double kBm25B = 0.8;

inline constexpr uint32_t kMaxTermCount = 255;  // a term counts as occurring at most so often in one input

// An idf times a number of repeats, as an integer: such sums are exact, so a score is the same in whichever order its
// terms were added; and four bytes a row, so that those of many rows stay in the cache.
using Mass = uint32_t;

// What a mass of 1 is worth in a search for terms whose idfs have this sum: the least power of two with which no row's
// mass goes over 2^31, as Repeats() is at most the count. For a question of ten words that is about 2^-15.
inline double MassUnit(double idf_sum) {
  return std::exp2(std::ceil(std::log2(std::max(1.0, idf_sum) * kMaxTermCount)) - 31);
}

// At least 1: whatever a row has shows in its sum.
inline Mass ToMass(double idf, double unit) { return 1 + static_cast<Mass>(idf / unit); }

// How telling a term is that occurs in `df` of `rows` rows; as in Lucene, never negative.
inline double Bm25Idf(uint32_t rows, uint32_t df) { return std::log1p((rows - df + 0.5) / (df + 0.5)); }

// The weights under one average length.
class Bm25Weights {
 public:
  explicit Bm25Weights(double average_length) : average_length_(average_length) {
    for (uint32_t length = 0; length < kUsualLengths; ++length) {
      once_[length] = Saturation(1, length);
      for (uint32_t count = 0; count < kUsualCounts; ++count) repeats_[count][length] = Ratio(count, length);
    }
  }

  static constexpr uint32_t kUsualLengths = 128;  // nearly all texts have fewer terms

  double average_length() const { return average_length_; }

  // Grows with the count, falls with the length.
  double Saturation(uint32_t count, uint32_t length) const { return count * (kBm25K1 + 1) / (count + Norm(length)); }

  // Saturation(count, length) over Saturation(1, length).
  double Repeats(uint32_t count, uint32_t length) const {
    return count < kUsualCounts && length < kUsualLengths ? repeats_[count][length] : Ratio(count, length);
  }

  // The mass of `count` occurrences of a term.
  Mass Repeat(Mass idf, uint32_t count, uint32_t length) const {
    return static_cast<Mass>(static_cast<int64_t>(idf * Repeats(count, length)));  // signed: converted in one step
  }

  // The score of a text, in units of mass.
  double Score(Mass mass, uint32_t length) const { return Once(length) * mass; }

  // Saturation(1, length): what one unit of mass scores.
  double Once(uint32_t length) const { return length < kUsualLengths ? once_[length] : Saturation(1, length); }

 private:
  double Ratio(uint32_t count, uint32_t length) const {
    const double norm = Norm(length);
    return count * (1 + norm) / (count + norm);
  }
  double Norm(uint32_t length) const { return kBm25K1 * (1 - kBm25B + kBm25B * length / average_length_); }

  double average_length_;
  std::array<double, kUsualLengths> once_;  // by length
  static constexpr uint32_t kUsualCounts = 5;
  std::array<std::array<double, kUsualLengths>, kUsualCounts> repeats_;  // by count, then by length
};

}  // namespace attune

#endif  // ATTUNE_DATASET_BM25_H_

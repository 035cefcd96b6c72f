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

#include "dataset/settings.h"

namespace attune {

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

// How telling a term is that occurs in `df` of `rows` rows; as in Lucene, never negative: the logarithm of
// 1 + (rows - df + 0.5) / (df + 0.5).
inline double Bm25Idf(uint32_t rows, uint32_t df) { return std::log((rows + 1.0) / (df + 0.5)); }

// The weights with one pair of k1 and b, under one average length.
class Bm25Weights {
 public:
  Bm25Weights(const LexicalSettings& lexical, double average_length)
      : k1_(lexical.k1),
        norm_of_none_(lexical.k1 * (1 - lexical.b)),
        norm_of_term_(lexical.k1 * lexical.b / average_length) {
    for (uint32_t length = 0; length < kUsualLengths; ++length) {
      once_[length] = Saturation(1, length);
      for (uint32_t count = 0; count < kUsualCounts; ++count) repeats_[count][length] = Fixed(count, length);
    }
  }

  static constexpr uint32_t kUsualLengths = 128;  // nearly all texts have fewer terms
  static constexpr uint32_t kUsualCounts = 5;     // few terms occur so often in one text

  // Grows with the count, falls with the length.
  double Saturation(uint32_t count, uint32_t length) const { return count * (k1_ + 1) / (count + Norm(length)); }

  // Saturation(count, length) over Saturation(1, length). Grows with both.
  double Repeats(uint32_t count, uint32_t length) const {
    const double norm = Norm(length);
    return count * (1 + norm) / (count + norm);
  }

  // The mass of `count` occurrences of a term: idf * Repeats(count, length), rounded down.
  Mass Repeat(Mass idf, uint32_t count, uint32_t length) const {
    const bool usual = count < kUsualCounts && length < kUsualLengths;
    return Multiply(idf, usual ? repeats_[count][length] : Fixed(count, length));
  }
  // For counts below kUsualCounts and lengths below kUsualLengths, Multiply(idf, RepeatsByLength(count)[length]) is
  // Repeat(idf, count, length).
  const uint32_t* RepeatsByLength(uint32_t count) const { return repeats_[count].data(); }
  static Mass Multiply(Mass idf, uint32_t repeats) { return static_cast<Mass>(uint64_t{idf} * repeats >> kFixedBits); }

  // The score of a text, in units of mass.
  double Score(Mass mass, uint32_t length) const { return Once(length) * mass; }

  // Saturation(1, length): what one unit of mass scores.
  double Once(uint32_t length) const { return length < kUsualLengths ? once_[length] : Saturation(1, length); }

  // Once(length) is Once(0) * base / (base + slope * length), with this base and slope.
  double base() const { return 1 + norm_of_none_; }
  double slope() const { return norm_of_term_; }

 private:
  // Repeats() with so many bits behind the point: integers multiply faster than they are converted. It is below
  // kMaxTermCount, so that 32 bits do.
  static constexpr int kFixedBits = 24;
  uint32_t Fixed(uint32_t count, uint32_t length) const {
    return static_cast<uint32_t>(static_cast<int64_t>(Repeats(count, length) * (1 << kFixedBits)));
  }
  double Norm(uint32_t length) const { return norm_of_none_ + norm_of_term_ * length; }

  double k1_;
  double norm_of_none_;                                                    // of a text without terms
  double norm_of_term_;                                                    // what each term adds
  std::array<double, kUsualLengths> once_;                                 // by length
  std::array<std::array<uint32_t, kUsualLengths>, kUsualCounts> repeats_;  // Fixed(), by count, then by length
};

}  // namespace attune

#endif  // ATTUNE_DATASET_BM25_H_

#include "base/analyzer.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace attune {
namespace {

// Characters of an n-gram (docs/QUALITY.md has what others do). Scripts that write several words without a space
// between carry more in each character, and take two.
constexpr size_t kGram = 4;
constexpr size_t kDenseGram = 2;

constexpr size_t kQuestionStep = 2;  // of a word's n-grams, a question takes one in so many

constexpr char kPad = '_';  // marks the ends of a word: never part of normalised text

// Han, kana, Thai, Lao, Khmer, Myanmar: no spaces between words.
bool IsDense(utf8proc_int32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) ||
         (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF);
}

// Cuts words into n-grams and hashes every `step`-th of them, and the last.
class GramCutter {
 public:
  GramCutter(size_t step, size_t bytes) : step_(step) { terms_.reserve(bytes / step + 1); }

  void AddAsciiWord(std::string_view word) {
    Pad(word);
    const std::string_view padded = padded_;
    const size_t last = padded.size() > kGram ? padded.size() - kGram : 0;
    Add(last, step_, [&](size_t i) { return padded.substr(i, kGram); });
  }

  void AddUnicodeWord(std::string_view word) {
    Pad(word);
    if (FindStarts()) {  // dense: the end of a word tells as much as its beginning, and few grams are to spare
      starts_.push_back(padded_.size());
      padded_ += kPad;
      AddGrams(kDenseGram, 1);
    } else {
      AddGrams(kGram, step_);
    }
  }

  size_t length() const { return length_; }  // n-grams, also those that were passed over
  std::vector<uint64_t> Take() { return std::move(terms_); }

 private:
  void Pad(std::string_view word) {
    padded_.assign(1, kPad);
    padded_ += word;
  }

  // Where the characters begin; true if one is of a dense script.
  bool FindStarts() {
    starts_.clear();
    bool dense = false;
    for (size_t at = 0; at < padded_.size();) {
      starts_.push_back(at);
      utf8proc_int32_t c = 0;
      at += static_cast<size_t>(utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(padded_.data()) + at,
                                                 static_cast<utf8proc_ssize_t>(padded_.size() - at), &c));
      dense = dense || IsDense(c);
    }
    return dense;
  }

  void AddGrams(size_t gram, size_t step) {
    const std::string_view padded = padded_;
    const size_t characters = starts_.size();
    Add(characters > gram ? characters - gram : 0, step, [&](size_t i) {
      const size_t end = i + gram < characters ? starts_[i + gram] : padded.size();
      return padded.substr(starts_[i], end - starts_[i]);
    });
  }

  // `gram`: the i-th, i from 0 to `last`.
  template <typename Gram>
  void Add(size_t last, size_t step, Gram gram) {
    for (size_t i = 0; i < last; i += step) terms_.push_back(Hash64(gram(i)));
    terms_.push_back(Hash64(gram(last)));
    length_ += last + 1;
  }

  const size_t step_;
  std::vector<uint64_t> terms_;
  size_t length_ = 0;
  std::string padded_;          // the word and its marks
  std::vector<size_t> starts_;  // of its characters
};

GramCutter CutWords(std::string_view text, size_t step) {
  const std::string normalized = NormalizeText(text);
  const std::string_view view = normalized;
  GramCutter cutter(step, view.size());
  for (size_t begin = 0; begin < view.size();) {
    const size_t end = std::min(view.find(' ', begin), view.size());
    const std::string_view word = view.substr(begin, end - begin);
    IsAscii(word) ? cutter.AddAsciiWord(word) : cutter.AddUnicodeWord(word);
    begin = end + 1;
  }
  return cutter;
}

}  // namespace

std::vector<uint64_t> AnalyzeText(std::string_view text) { return CutWords(text, 1).Take(); }

AnalyzedQuestion AnalyzeQuestion(std::string_view question) {
  GramCutter cutter = CutWords(question, kQuestionStep);
  return {.terms = cutter.Take(), .length = cutter.length()};
}

}  // namespace attune

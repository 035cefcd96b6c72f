#include "dataset/segment.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>

#include "dataset/bm25.h"
#include "dataset/segment_filler.h"

namespace attune {
namespace {

// The rows of each term, found without sorting: terms are numbered as they come, so that rows come in order.
struct TermRows {
  std::vector<uint64_t> terms;  // by number
  std::vector<size_t> ends;     // by number: where its rows end in `slots` and `counts`
  std::vector<uint32_t> slots;
  std::vector<uint8_t> counts;
};

TermRows GatherRows(const std::vector<std::vector<uint64_t>>& terms) {
  constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  TermRows gathered;
  absl::flat_hash_map<uint64_t, uint32_t> numbers;
  std::vector<uint32_t> of_terms;  // the number of each term of each row
  std::vector<uint32_t> last;      // by number: the last row that has it
  std::vector<size_t> rows;        // by number
  for (uint32_t slot = 0; slot < terms.size(); ++slot) {
    for (const uint64_t term : terms[slot]) {
      const auto [found, is_new] = numbers.try_emplace(term, static_cast<uint32_t>(numbers.size()));
      if (is_new) {
        gathered.terms.push_back(term);
        last.push_back(kNone);
        rows.push_back(0);
      }
      of_terms.push_back(found->second);
      rows[found->second] += last[found->second] != slot ? 1 : 0;
      last[found->second] = slot;
    }
  }
  std::exclusive_scan(rows.begin(), rows.end(), std::back_inserter(gathered.ends), size_t{0});
  gathered.slots.resize(std::accumulate(rows.begin(), rows.end(), size_t{0}));
  gathered.counts.resize(gathered.slots.size());
  last.assign(last.size(), kNone);
  auto number = of_terms.begin();
  for (uint32_t slot = 0; slot < terms.size(); ++slot) {
    for (size_t i = 0; i < terms[slot].size(); ++i, ++number) {
      size_t& end = gathered.ends[*number];
      if (last[*number] != slot) gathered.slots[end++] = slot;
      last[*number] = slot;
      uint8_t& count = gathered.counts[end - 1];
      if (count < kMaxTermCount) ++count;
    }
  }
  return gathered;
}

auto ById(const RowLog& rows) {
  return [&rows](uint32_t a, uint32_t b) { return rows[a].example->id < rows[b].example->id; };
}

}  // namespace

void Segment::SetLengths(std::vector<uint16_t> lengths) {
  size_ = static_cast<uint32_t>(lengths.size());
  lengths_ = std::move(lengths);
  lengths_.resize(PaddedRows(size_));
}

std::shared_ptr<const Segment> Segment::Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms) {
  auto segment = std::make_shared<Segment>();
  segment->begin_ = begin;
  std::vector<uint16_t> lengths;
  lengths.reserve(PaddedRows(terms.size()));
  for (const auto& row : terms) lengths.push_back(static_cast<uint16_t>(std::min<size_t>(row.size(), kMaxInputTerms)));
  segment->SetLengths(std::move(lengths));
  const TermRows gathered = GatherRows(terms);
  Filler filler(*segment);
  size_t at = 0;
  for (size_t number = 0; number < gathered.terms.size(); ++number) {
    for (; at < gathered.ends[number]; ++at) filler.Add(gathered.slots[at], gathered.counts[at]);
    filler.Finish(gathered.terms[number]);
  }
  segment->slots_.shrink_to_fit();
  segment->many_.shrink_to_fit();
  segment->levels_.shrink_to_fit();
  segment->bits_.shrink_to_fit();
  segment->by_id_.resize(terms.size());
  std::iota(segment->by_id_.begin(), segment->by_id_.end(), begin);
  std::stable_sort(segment->by_id_.begin(), segment->by_id_.end(), ById(rows));
  return segment;
}

std::shared_ptr<const Segment> Segment::Merge(const RowLog& rows, const Segment& left, const Segment& right) {
  auto merged = std::make_shared<Segment>();
  merged->begin_ = left.begin_;
  std::vector<uint16_t> lengths;
  lengths.reserve(PaddedRows(left.size() + right.size()));
  for (const Segment* part : {&left, &right})
    lengths.insert(lengths.end(), part->lengths(), part->lengths() + part->size());
  merged->SetLengths(std::move(lengths));
  merged->slots_.reserve(left.slots_.size() + right.slots_.size());
  merged->terms_.reserve(std::max(left.terms_.size(), right.terms_.size()));
  Filler filler(*merged);
  const auto add = [&](uint64_t term) {
    filler.Add(left, term, 0);
    filler.Add(right, term, left.size());
    filler.Finish(term);
  };
  for (const auto& [term, entry] : left.terms_) add(term);
  for (const auto& [term, entry] : right.terms_) {
    if (!left.terms_.contains(term)) add(term);
  }
  merged->levels_.shrink_to_fit();
  merged->slots_.shrink_to_fit();
  merged->bits_.shrink_to_fit();
  merged->by_id_.resize(merged->size());
  std::merge(left.by_id_.begin(), left.by_id_.end(), right.by_id_.begin(), right.by_id_.end(), merged->by_id_.begin(),
             ById(rows));
  return merged;
}

int64_t Segment::FindRow(const RowLog& rows, std::string_view id, int64_t version) const {
  auto at = std::lower_bound(by_id_.begin(), by_id_.end(), id, [&rows](uint32_t row, std::string_view wanted) {
    return std::string_view(rows[row].example->id) < wanted;
  });
  for (; at != by_id_.end() && rows[*at].example->id == id; ++at) {
    if (rows[*at].VisibleAt(version)) return *at;
  }
  return -1;
}

}  // namespace attune

#include "dataset/segment.h"

#include <algorithm>
#include <array>
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
  return [&rows](uint32_t a, uint32_t b) { return rows[a].example.packed_id() < rows[b].example.packed_id(); };
}

}  // namespace

void Segment::SetLengths(std::vector<uint16_t> lengths) {
  size_ = static_cast<uint32_t>(lengths.size());
  lengths_ = std::move(lengths);
  lengths_.resize(PaddedRows(size_));
}

void Segment::ShrinkToFit() {
  slots_.shrink_to_fit();
  many_.shrink_to_fit();
  levels_.shrink_to_fit();
  bits_.shrink_to_fit();
  terms_.shrink_to_fit();
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
  segment->ShrinkToFit();
  segment->by_id_.resize(terms.size());
  std::iota(segment->by_id_.begin(), segment->by_id_.end(), begin);
  std::stable_sort(segment->by_id_.begin(), segment->by_id_.end(), ById(rows));
  return segment;
}

std::shared_ptr<const Segment> Segment::Merge(const RowLog& rows, Parts parts, absl::FunctionRef<bool()> stopped) {
  auto merged = std::make_shared<Segment>();
  merged->begin_ = parts.front()->begin_;
  merged->MergeLengths(parts);
  if (!merged->MergePostings(parts, stopped) || !merged->MergeIds(rows, parts, stopped)) return nullptr;
  return merged;
}

void Segment::MergeLengths(Parts parts) {
  std::vector<uint16_t> lengths;
  lengths.reserve(PaddedRows(parts.back()->end() - begin_));
  for (const auto& part : parts) lengths.insert(lengths.end(), part->lengths(), part->lengths() + part->size());
  SetLengths(std::move(lengths));
}

bool Segment::MergePostings(Parts parts, absl::FunctionRef<bool()> stopped) {
  size_t slots = 0, terms = 0;
  for (const auto& part : parts) {
    slots += part->slots_.size();
    terms = std::max(terms, part->terms_.size());
  }
  slots_.reserve(slots);
  numbers_.reserve(terms);
  terms_.reserve(terms);
  Filler filler(*this);
  for (size_t first = 0; first < parts.size(); ++first) {
    size_t looked_at = 0;
    for (const auto& [term, number] : parts[first]->numbers_) {
      if (looked_at++ % kTermsPerLook == 0 && stopped()) return false;
      if (first > 0 && numbers_.contains(term)) continue;
      for (const auto& part : parts.subspan(first)) filler.Add(*part, term, part->begin_ - begin_);
      filler.Finish(term);
    }
  }
  ShrinkToFit();
  return true;
}

// Two sorted runs become one, until there is one: each id is compared as often as there are doublings of the parts.
bool Segment::MergeIds(const RowLog& rows, Parts parts, absl::FunctionRef<bool()> stopped) {
  const auto before = ById(rows);
  by_id_.reserve(size_);
  std::vector<size_t> ends;
  for (const auto& part : parts) {
    by_id_.insert(by_id_.end(), part->by_id_.begin(), part->by_id_.end());
    ends.push_back(by_id_.size());
  }
  std::vector<uint32_t> merged(size_);
  for (; ends.size() > 1; by_id_.swap(merged)) {
    std::vector<size_t> wider;
    size_t at = 0;
    for (size_t run = 0; run < ends.size(); run += 2) {
      const size_t middle = ends[run], end = ends[std::min(run + 1, ends.size() - 1)];
      for (size_t left = at, right = middle; at < end; ++at) {
        if (at % kRowsPerLook == 0 && stopped()) return false;
        const bool from_left = right == end || (left < middle && !before(by_id_[right], by_id_[left]));
        merged[at] = by_id_[from_left ? left++ : right++];
      }
      wider.push_back(end);
    }
    ends = std::move(wider);
  }
  return true;
}

int64_t Segment::FindRow(const RowLog& rows, std::string_view id, int64_t version) const {
  std::array<char, kHexIdBytes> digits;
  const PackedId packed = PackId(id, digits);
  auto at = std::lower_bound(by_id_.begin(), by_id_.end(), packed, [&rows](uint32_t row, const PackedId& wanted) {
    return rows[row].example.packed_id() < wanted;
  });
  for (; at != by_id_.end() && rows[*at].example.packed_id() == packed; ++at) {
    if (rows[*at].VisibleAt(version)) return *at;
  }
  return -1;
}

}  // namespace attune

#include <algorithm>
#include <utility>

#include "dataset/segment.h"
#include "dataset/segment_filler.h"

namespace attune {

std::shared_ptr<const Segment> Segment::Compact(const Segment& whole, std::span<const uint32_t> rows, uint32_t begin,
                                                TermCounts& others, absl::FunctionRef<bool()> stopped) {
  auto compact = std::make_shared<Segment>();
  compact->begin_ = begin;
  std::vector<uint16_t> lengths;
  const auto dropped_here = static_cast<uint32_t>(std::count(rows.begin(), rows.end(), kNoRow));
  lengths.reserve(PaddedRows(whole.size() - dropped_here));  // its own size, and not that of the whole
  for (uint32_t slot = 0; slot < whole.size(); ++slot) {
    if (rows[slot] != kNoRow) lengths.push_back(whole.lengths()[slot]);
  }
  compact->SetLengths(std::move(lengths));
  Filler filler(*compact);
  size_t looked_at = 0;
  for (const auto& [term, number] : whole.numbers_) {
    if (looked_at++ % kTermsPerLook == 0 && stopped()) return nullptr;
    const uint32_t dropped = filler.AddSome(whole, term, rows);
    if (dropped > 0) others[term] += dropped;
    if (dropped < whole.terms_[number].first.rows) filler.Finish(term);
  }
  compact->ShrinkToFit();
  compact->by_id_.reserve(compact->size());
  for (const uint32_t row : whole.by_id_) {
    const uint32_t left = rows[row - whole.begin()];
    if (left != kNoRow) compact->by_id_.push_back(left);
  }
  return compact;
}

}  // namespace attune

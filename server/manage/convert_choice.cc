// The part of a few-shot policy that says which of the matches are shown, and what happens where none is good enough.
#include "base/error.h"
#include "base/strings.h"
#include "manage/convert.h"

namespace attune {
namespace {

ExampleFilter FilterFromProto(const v1::ExampleFilter& proto) {
  ExampleFilter filter;
  filter.labels.assign(proto.labels().begin(), proto.labels().end());
  for (const v1::MetadataEntry& entry : proto.metadata()) filter.metadata.emplace_back(entry.key(), entry.value());
  return filter;
}

void WriteFilter(const ExampleFilter& filter, v1::ExampleFilter& proto) {
  proto.mutable_labels()->Assign(filter.labels.begin(), filter.labels.end());
  for (const auto& [key, value] : filter.metadata) {
    v1::MetadataEntry& entry = *proto.add_metadata();
    entry.set_key(key);
    entry.set_value(value);
  }
}

absl::StatusOr<LowCoverage> LowCoverageFromProto(const v1::LowCoverage& proto, std::string_view field) {
  LowCoverage low{.below = proto.below(), .text = proto.text()};
  switch (proto.then()) {
    case v1::NO_EXAMPLES:
      low.then = LowCoverageAction::kNoExamples;
      return low;
    case v1::FIXED_TEXT:
      low.then = LowCoverageAction::kFixedText;
      return low;
    case v1::REFUSE:
      low.then = LowCoverageAction::kRefuse;
      return low;
    default:
      return BadField("BAD_FEW_SHOT", StrCat(field, ".then"),
                      "says what happens below the coverage; use NO_EXAMPLES, FIXED_TEXT or REFUSE");
  }
}

}  // namespace

absl::Status ReadChoice(const v1::FewShot& proto, std::string_view field, FewShot& few_shot) {
  SelectionPolicy& selection = few_shot.selection;
  ATTUNE_ASSIGN_OR_RETURN(selection.choice, ChoiceFromProto(proto.choice(), StrCat(field, ".choice")));
  selection.include = FilterFromProto(proto.include());
  selection.exclude = FilterFromProto(proto.exclude());
  selection.min_score = proto.min_score();
  if (!proto.has_low_coverage()) return absl::OkStatus();
  ATTUNE_ASSIGN_OR_RETURN(few_shot.low_coverage,
                          LowCoverageFromProto(proto.low_coverage(), StrCat(field, ".low_coverage")));
  return absl::OkStatus();
}

void WriteChoice(const FewShot& few_shot, v1::FewShot& proto) {
  const SelectionPolicy& selection = few_shot.selection;
  proto.set_choice(ToProto(selection.choice));
  if (!selection.include.empty()) WriteFilter(selection.include, *proto.mutable_include());
  if (!selection.exclude.empty()) WriteFilter(selection.exclude, *proto.mutable_exclude());
  proto.set_min_score(selection.min_score);
  const LowCoverage& low = few_shot.low_coverage;
  if (low.then == LowCoverageAction::kNone) return;
  proto.mutable_low_coverage()->set_below(low.below);
  proto.mutable_low_coverage()->set_then(ToProto(low.then));
  proto.mutable_low_coverage()->set_text(low.text);
}

}  // namespace attune

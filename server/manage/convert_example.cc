#include <cmath>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/example_id.h"
#include "manage/convert.h"

namespace attune {
namespace {

absl::Status TooLarge(std::string_view field, size_t size, size_t limit) {
  return BadField("TOO_LARGE", field, StrCat("has ", size, " bytes; the limit is ", limit));
}

absl::Status CheckExample(const v1::Example& example, std::string_view field) {
  if (example.input().empty()) return BadField("MISSING_INPUT", StrCat(field, ".input"), "an example needs an input");
  if (example.input().size() > kMaxExampleTextBytes) {
    return TooLarge(StrCat(field, ".input"), example.input().size(), kMaxExampleTextBytes);
  }
  if (example.output().size() > kMaxExampleTextBytes) {
    return TooLarge(StrCat(field, ".output"), example.output().size(), kMaxExampleTextBytes);
  }
  if (example.id().size() > kMaxExampleIdBytes) {
    return BadField("BAD_EXAMPLE_ID", StrCat(field, ".id"), StrCat("an id has at most ", kMaxExampleIdBytes, " bytes"));
  }
  if (!std::isfinite(example.weight()) || example.weight() < 0) {
    return BadField("BAD_WEIGHT", StrCat(field, ".weight"), "a weight is a number that is not negative");
  }
  if (static_cast<size_t>(example.labels_size()) > kMaxExampleLabels) {
    return BadField("BAD_EXAMPLE", StrCat(field, ".labels"),
                    StrCat("an example has at most ", kMaxExampleLabels, " labels"));
  }
  if (!v1::Split_IsValid(example.split())) {
    return BadField("BAD_EXAMPLE", StrCat(field, ".split"), "is not a split; use TRAIN or TEST");
  }
  return absl::OkStatus();
}

}  // namespace

v1::Example ToProto(const Example& example) {
  v1::Example proto;
  proto.set_id(example.id);
  proto.set_input(example.input);
  for (const auto& [key, value] : example.variables) (*proto.mutable_variables())[key] = value;
  proto.set_output(example.output);
  for (const std::string& label : example.labels) proto.add_labels(label);
  for (const auto& [key, value] : example.metadata) (*proto.mutable_metadata())[key] = value;
  proto.set_weight(example.weight);
  proto.set_split(example.split == Split::kTest ? v1::TEST : v1::TRAIN);
  return proto;
}

v1::ScoredExample ToProto(const ScoredExample& scored) {
  v1::ScoredExample proto;
  *proto.mutable_example() = ToProto(scored.example.Unpack());
  proto.set_score(scored.score);
  proto.set_coverage(scored.coverage);
  return proto;
}

absl::StatusOr<ExamplePtr> ExampleFromProto(const v1::Example& proto, std::string_view field) {
  ATTUNE_RETURN_IF_ERROR(CheckExample(proto, field));
  auto example = std::make_shared<Example>();
  example->id = proto.id();
  example->input = proto.input();
  example->variables.insert(proto.variables().begin(), proto.variables().end());
  example->output = proto.output();
  example->labels.assign(proto.labels().begin(), proto.labels().end());
  example->metadata.insert(proto.metadata().begin(), proto.metadata().end());
  example->weight = proto.weight() == 0 ? 1 : proto.weight();
  example->split = proto.split() == v1::TEST ? Split::kTest : Split::kTrain;
  if (example->id.empty()) example->id = MakeExampleId(*example);
  return ExamplePtr(std::move(example));
}

google::protobuf::Timestamp ToTimestamp(int64_t time_us) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(time_us / 1'000'000);
  timestamp.set_nanos(static_cast<int32_t>(time_us % 1'000'000) * 1000);
  return timestamp;
}

int64_t FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() * 1'000'000 + timestamp.nanos() / 1000;
}

v1::Alias ToProto(std::string_view name, const AliasState& state) {
  v1::Alias proto;
  proto.set_name(std::string(name));
  proto.set_version(state.version);
  proto.set_canary_version(state.canary_version);
  proto.set_canary_share(state.canary_share);
  *proto.mutable_update_time() = ToTimestamp(state.time_us);
  proto.set_revision(state.revision);
  proto.set_description(state.description);
  return proto;
}

AliasState AliasFromProto(const v1::Alias& alias) {
  return {.version = alias.version(),
          .canary_version = alias.canary_version(),
          .canary_share = alias.canary_share(),
          .time_us = FromTimestamp(alias.update_time()),
          .revision = alias.revision(),
          .description = alias.description()};
}

}  // namespace attune

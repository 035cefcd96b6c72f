#include "base/error.h"
#include "base/strings.h"
#include "manage/convert.h"

namespace attune {
namespace {

absl::StatusOr<ExampleOrder> OrderFromProto(v1::ExampleOrder order, std::string_view field) {
  switch (order) {
    case v1::EXAMPLE_ORDER_UNSPECIFIED:
    case v1::BEST_LAST:
      return ExampleOrder::kBestLast;
    case v1::BEST_FIRST:
      return ExampleOrder::kBestFirst;
    case v1::BY_ID:
      return ExampleOrder::kById;
    default:
      return BadField("BAD_FEW_SHOT", StrCat(field, ".order"), "is not an order; use BEST_LAST, BEST_FIRST or BY_ID");
  }
}

absl::StatusOr<Placement> PlacementFromProto(v1::Placement placement, std::string_view field) {
  switch (placement) {
    case v1::PLACEMENT_UNSPECIFIED:
    case v1::TURNS:
      return Placement::kTurns;
    case v1::SECTION:
      return Placement::kSection;
    default:
      return BadField("BAD_FEW_SHOT", StrCat(field, ".placement"), "is not a placement; use TURNS or SECTION");
  }
}

absl::StatusOr<FewShot> FewShotFromProto(const v1::FewShot& proto, std::string_view field) {
  FewShot few_shot;
  few_shot.dataset = proto.dataset();
  SelectionPolicy& selection = few_shot.selection;
  ATTUNE_ASSIGN_OR_RETURN(selection.strategy, StrategyFromProto(proto.strategy(), StrCat(field, ".strategy")));
  ATTUNE_ASSIGN_OR_RETURN(selection.order, OrderFromProto(proto.order(), field));
  ATTUNE_ASSIGN_OR_RETURN(few_shot.placement, PlacementFromProto(proto.placement(), field));
  if (proto.has_k()) selection.k = proto.k();
  if (proto.has_diversity()) selection.diversity = proto.diversity();
  selection.max_per_label = proto.max_per_label();
  selection.example_ids.assign(proto.example_ids().begin(), proto.example_ids().end());
  selection.seed = proto.seed();
  selection.min_coverage = proto.min_coverage();
  selection.fallback_to_lexical = proto.fallback_to_lexical();
  ATTUNE_RETURN_IF_ERROR(ReadChoice(proto, field, few_shot));
  return few_shot;
}

v1::FewShot ToProto(const FewShot& few_shot) {
  const SelectionPolicy& selection = few_shot.selection;
  v1::FewShot proto;
  proto.set_dataset(few_shot.dataset);
  proto.set_strategy(ToProto(selection.strategy));
  proto.set_k(selection.k);
  proto.set_diversity(selection.diversity);
  proto.set_max_per_label(selection.max_per_label);
  proto.set_order(selection.order == ExampleOrder::kById        ? v1::BY_ID
                  : selection.order == ExampleOrder::kBestFirst ? v1::BEST_FIRST
                                                                : v1::BEST_LAST);
  proto.set_placement(few_shot.placement == Placement::kSection ? v1::SECTION : v1::TURNS);
  for (const std::string& id : selection.example_ids) proto.add_example_ids(id);
  proto.set_seed(selection.seed);
  proto.set_min_coverage(selection.min_coverage);
  proto.set_fallback_to_lexical(selection.fallback_to_lexical);
  WriteChoice(few_shot, proto);
  return proto;
}

}  // namespace

v1::Prompt ToProto(std::string_view name, const PromptVersion& version) {
  const PromptContent& content = version.prompt->content();
  v1::Prompt proto;
  proto.set_name(std::string(name));
  proto.set_version(version.version);
  for (const Message& message : content.messages) *proto.add_messages() = ToProto(message);
  *proto.mutable_parameters() = ToProto(content.parameters);
  if (!content.few_shot.dataset.empty()) *proto.mutable_few_shot() = ToProto(content.few_shot);
  for (const Variable& variable : content.variables) {
    v1::Variable* added = proto.add_variables();
    added->set_name(variable.name);
    if (variable.default_value) added->set_default_value(*variable.default_value);
    added->set_description(variable.description);
  }
  proto.set_response_schema(content.response_schema);
  proto.set_max_input_tokens(content.max_input_tokens);
  proto.set_description(version.description);
  *proto.mutable_create_time() = ToTimestamp(version.time_us);
  proto.set_revision(version.revision);
  return proto;
}

absl::StatusOr<PromptContent> PromptFromProto(const v1::Prompt& proto, std::string_view field) {
  PromptContent content;
  for (int i = 0; i < proto.messages_size(); ++i) {
    ATTUNE_ASSIGN_OR_RETURN(Message message, MessageFromProto(proto.messages(i), StrCat(field, ".messages[", i, "]")));
    content.messages.push_back(std::move(message));
  }
  content.parameters = ParametersFromProto(proto.parameters());
  ATTUNE_ASSIGN_OR_RETURN(content.few_shot, FewShotFromProto(proto.few_shot(), StrCat(field, ".few_shot")));
  for (const v1::Variable& variable : proto.variables()) {
    Variable& added = content.variables.emplace_back();
    added.name = variable.name();
    if (variable.has_default_value()) added.default_value = variable.default_value();
    added.description = variable.description();
  }
  content.response_schema = proto.response_schema();
  content.max_input_tokens = proto.max_input_tokens();
  return content;
}

}  // namespace attune

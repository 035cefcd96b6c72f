// Between the API's messages and the plain structs of prompt and dataset. The API's messages are also the stored form
// (proto/attune/store/v1/commit.proto), so this is written once for the wire and for the disk.
#ifndef ATTUNE_MANAGE_CONVERT_H_
#define ATTUNE_MANAGE_CONVERT_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "attune/v1/types.pb.h"
#include "dataset/dataset.h"
#include "dataset/example.h"
#include "dataset/selection.h"
#include "prompt/catalog.h"
#include "prompt/convert.h"
#include "prompt/prompt.h"

namespace attune {

v1::Example ToProto(const Example& example);
v1::ScoredExample ToProto(const ScoredExample& scored);
v1::Prompt ToProto(std::string_view name, const PromptVersion& version);
v1::Alias ToProto(std::string_view name, const AliasState& state);
v1::DatasetSettings ToProto(const DatasetSettings& settings);

// `field` is the path of the message in the request, for errors. What is checked here: roles (BAD_ROLE), enum values
// (BAD_FEW_SHOT). Everything else of a prompt is checked by CompiledPrompt::Compile.
absl::StatusOr<PromptContent> PromptFromProto(const v1::Prompt& proto, std::string_view field);

// The fields of FewShot that choose among the matches: `choice`, the filters, `min_score`, `low_coverage`.
absl::Status ReadChoice(const v1::FewShot& proto, std::string_view field, FewShot& few_shot);
void WriteChoice(const FewShot& few_shot, v1::FewShot& proto);

// Checks the example (MISSING_INPUT, BAD_EXAMPLE_ID, BAD_WEIGHT, TOO_LARGE, BAD_EXAMPLE) and gives it an id if it has
// none.
absl::StatusOr<ExamplePtr> ExampleFromProto(const v1::Example& proto, std::string_view field);
AliasState AliasFromProto(const v1::Alias& alias);
// `base` with what is set in `proto` in its place. INVALID_ARGUMENT (BAD_DIMENSIONS, TOO_LARGE, BAD_K1, BAD_B,
// BAD_KEEP_VERSIONS); whether the model is there is another question (ResolveSettings).
absl::StatusOr<DatasetSettings> MergeSettings(DatasetSettings base, const v1::DatasetSettings& proto,
                                              std::string_view field);

google::protobuf::Timestamp ToTimestamp(int64_t time_us);
int64_t FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace attune

#endif  // ATTUNE_MANAGE_CONVERT_H_

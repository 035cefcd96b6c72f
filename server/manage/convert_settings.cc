#include "base/error.h"
#include "base/strings.h"
#include "manage/convert.h"
#include "provider/embed_limits.h"

namespace attune {
namespace {

constexpr size_t kMaxModelBytes = 256;

absl::Status CheckEmbedding(const v1::EmbeddingSettings& embedding, std::string_view field) {
  if (embedding.model().size() > kMaxModelBytes) {
    return BadField("TOO_LARGE", StrCat(field, ".embedding.model"), StrCat("the limit is ", kMaxModelBytes, " bytes"));
  }
  if (embedding.dimensions() < 0 || embedding.dimensions() > kMaxEmbedDimensions) {
    return BadField(
        "BAD_DIMENSIONS", StrCat(field, ".embedding.dimensions"),
        StrCat("must be 1 to ", kMaxEmbedDimensions, ", or 0 for the model's own, not ", embedding.dimensions()));
  }
  return absl::OkStatus();
}

}  // namespace

v1::DatasetSettings ToProto(const DatasetSettings& settings) {
  v1::DatasetSettings proto;
  proto.mutable_embedding()->set_model(settings.embedding.model);
  proto.mutable_embedding()->set_dimensions(settings.embedding.dimensions);
  return proto;
}

absl::StatusOr<DatasetSettings> MergeSettings(DatasetSettings base, const v1::DatasetSettings& proto,
                                              std::string_view field) {
  if (!proto.has_embedding()) return base;
  ATTUNE_RETURN_IF_ERROR(CheckEmbedding(proto.embedding(), field));
  base.embedding = {.model = proto.embedding().model(),
                    .dimensions = proto.embedding().model().empty() ? 0 : proto.embedding().dimensions()};
  return base;
}

}  // namespace attune

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

absl::StatusOr<LexicalSettings> MergeLexical(LexicalSettings base, const v1::LexicalSettings& proto,
                                             std::string_view field) {
  if (proto.has_k1()) base.k1 = proto.k1();
  if (proto.has_b()) base.b = proto.b();
  // As the opposite of what is allowed: a number that is none is not, either.
  if (!(base.k1 > 0 && base.k1 <= kMaxBm25K1)) {
    return BadField("BAD_K1", StrCat(field, ".lexical.k1"),
                    StrCat("must be above 0 and at most ", kMaxBm25K1, ", not ", base.k1, "; 1.2 to 2 is usual"));
  }
  if (!(base.b >= 0 && base.b <= 1)) {
    return BadField("BAD_B", StrCat(field, ".lexical.b"),
                    StrCat("must be 0 to 1, not ", base.b, "; 0.5 to 0.8 is usual"));
  }
  return base;
}

absl::StatusOr<int32_t> MergeKeepVersions(int32_t base, const v1::DatasetSettings& proto, std::string_view field) {
  if (!proto.has_keep_versions()) return base;
  if (proto.keep_versions() >= 0) return proto.keep_versions();
  return BadField("BAD_KEEP_VERSIONS", StrCat(field, ".keep_versions"),
                  StrCat("must be 1 or more, or 0 for all, not ", proto.keep_versions()));
}

}  // namespace

v1::DatasetSettings ToProto(const DatasetSettings& settings) {
  v1::DatasetSettings proto;
  proto.mutable_embedding()->set_model(settings.embedding.model);
  proto.mutable_embedding()->set_dimensions(settings.embedding.dimensions);
  proto.mutable_lexical()->set_k1(settings.lexical.k1);
  proto.mutable_lexical()->set_b(settings.lexical.b);
  proto.set_keep_versions(settings.keep_versions);
  return proto;
}

absl::StatusOr<DatasetSettings> MergeSettings(DatasetSettings base, const v1::DatasetSettings& proto,
                                              std::string_view field) {
  ATTUNE_ASSIGN_OR_RETURN(base.lexical, MergeLexical(base.lexical, proto.lexical(), field));
  ATTUNE_ASSIGN_OR_RETURN(base.keep_versions, MergeKeepVersions(base.keep_versions, proto, field));
  if (!proto.has_embedding()) return base;
  ATTUNE_RETURN_IF_ERROR(CheckEmbedding(proto.embedding(), field));
  base.embedding = {.model = proto.embedding().model(),
                    .dimensions = proto.embedding().model().empty() ? 0 : proto.embedding().dimensions()};
  return base;
}

}  // namespace attune

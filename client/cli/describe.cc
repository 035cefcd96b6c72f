#include "client/cli/describe.h"

#include <map>
#include <string_view>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/strings.h"

namespace attune {

std::string LocalTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()), absl::LocalTimeZone());
}

std::string DescribeAlias(const v1::Alias& alias) {
  if (alias.version() == 0) return "removed";
  if (alias.canary_version() == 0) return StrCat(alias.version());
  return StrCat(alias.version(), ", ", alias.canary_version(), " for ",
                absl::StrFormat("%.4g %%", alias.canary_share() * 100));
}

std::string Aliases(const google::protobuf::RepeatedPtrField<v1::Alias>& aliases) {
  std::string text;
  for (const v1::Alias& alias : aliases) {
    StrAppend(&text, text.empty() ? "" : ", ", alias.name(), " → ", DescribeAlias(alias));
  }
  return text;
}

std::string DescribeLexical(const v1::LexicalSettings& lexical) {
  return StrCat("k1 ", lexical.k1(), ", b ", lexical.b());
}

std::string DescribeKept(const v1::Dataset& dataset) {
  const int32_t keep = dataset.settings().keep_versions();
  const std::string from = StrCat(" (from ", dataset.oldest_version(), " on)");
  if (keep == 0) return dataset.oldest_version() > 1 ? StrCat("all later versions", from) : "all versions";
  return (keep == 1 ? "the latest version" : StrCat("the latest ", Grouped(keep), " versions")) + from;
}

std::string DescribeEmbedding(const v1::Dataset& dataset) {
  const v1::EmbeddingSettings& settings = dataset.settings().embedding();
  if (settings.model().empty()) return "no embedding model";
  static const std::map<v1::EmbeddingState, std::string_view> kStates = {{v1::EMBEDDING_STATE_UNSPECIFIED, "idle"},
                                                                         {v1::LOADING, "being read"},
                                                                         {v1::EMBEDDING, "being embedded"},
                                                                         {v1::EMBEDDED, "done"},
                                                                         {v1::PAUSED, "paused"}};
  const v1::EmbeddingProgress& now = dataset.embedding();
  const auto state = kStates.find(now.state());
  std::string text = settings.model();
  if (settings.dimensions() > 0) StrAppend(&text, " in ", settings.dimensions(), " dimensions");
  StrAppend(&text, ": ", Grouped(now.embedded()), " of ", Grouped(dataset.train_examples()), " examples, ",
            state == kStates.end() ? "unknown" : state->second);
  if (now.refused() > 0) StrAppend(&text, ", ", Grouped(now.refused()), " refused");
  if (now.to_link() > 0) StrAppend(&text, ", index warming: ", Grouped(now.to_link()), " vectors to link");
  if (!now.last_error().empty()) StrAppend(&text, ": ", now.last_error());
  return text;
}

std::string Grouped(int64_t number) {
  std::string text = StrCat(number);
  const size_t first = text.front() == '-' ? 1 : 0;
  for (size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string DescribeTokens(const v1::TokenEstimate& learnt) {
  return absl::StrFormat("%s counts %.4g for each estimated one, ± %.0f %% (%s answers)", learnt.model(),
                         learnt.ratio(), learnt.error() * 100, Grouped(learnt.answers()));
}

std::string Milliseconds(int64_t microseconds) {
  const double milliseconds = static_cast<double>(microseconds) / 1000;
  if (milliseconds >= 1000) return absl::StrFormat("%.1f s", milliseconds / 1000);
  if (milliseconds >= 10) return absl::StrFormat("%.0f ms", milliseconds);
  return absl::StrFormat("%.1f ms", milliseconds);
}

}  // namespace attune

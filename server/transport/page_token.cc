#include "transport/page_token.h"

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"

namespace attune {
namespace {

absl::Status BadToken() {
  return BadField("BAD_PAGE_TOKEN", "page_token",
                  "is not a token of this list; send the one of the page before, unchanged");
}

void ClearField(google::protobuf::Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  if (field != nullptr) message.GetReflection()->ClearField(&message, field);
}

}  // namespace

absl::StatusOr<int32_t> PageSize(int32_t requested, int32_t fallback) {
  if (requested < 0) return BadField("BAD_PAGE_SIZE", "page_size", "a page size is not negative");
  return requested == 0 ? fallback : std::min(requested, kMaxPageSize);
}

std::string PageScope(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  ClearField(*copy, "page_size");
  ClearField(*copy, "page_token");
  return HashHex(StrCat(request.GetTypeName(), copy->SerializeAsString())).substr(0, 8);
}

std::string MakePageToken(std::string_view scope, std::string_view position) {
  if (position.empty()) return "";
  std::string token;
  absl::WebSafeBase64Escape(StrCat(scope, ":", position), &token);
  return token;
}

absl::StatusOr<std::string> ReadPageToken(std::string_view scope, const std::string& token) {
  if (token.empty()) return "";
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return BadToken();
  const std::string_view view = text;
  if (view.substr(0, scope.size()) != scope || view.size() < scope.size() + 2 || view[scope.size()] != ':') {
    return BadToken();
  }
  return std::string(view.substr(scope.size() + 1));
}

absl::StatusOr<int64_t> ReadPageNumber(std::string_view scope, const std::string& token) {
  ATTUNE_ASSIGN_OR_RETURN(const std::string position, ReadPageToken(scope, token));
  if (position.empty()) return 0;
  int64_t number = 0;
  if (!absl::SimpleAtoi(position, &number) || number < 0) return BadToken();
  return number;
}

}  // namespace attune

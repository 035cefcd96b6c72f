// Opaque page tokens: a position, bound to the request that it continues.
#ifndef ATTUNE_TRANSPORT_PAGE_TOKEN_H_
#define ATTUNE_TRANSPORT_PAGE_TOKEN_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace attune {

inline constexpr int32_t kDefaultPageSize = 50;
inline constexpr int32_t kMaxPageSize = 1000;

// 0 becomes `fallback`, more than kMaxPageSize becomes kMaxPageSize. INVALID_ARGUMENT (BAD_PAGE_SIZE) if negative.
absl::StatusOr<int32_t> PageSize(int32_t requested, int32_t fallback = kDefaultPageSize);

// Hash of the request without its page_size and page_token: a token is only good for the same request.
std::string PageScope(const google::protobuf::Message& request);

// `position` is what the list needs to go on: a number or an id. Empty: no token.
std::string MakePageToken(std::string_view scope, std::string_view position);

// The position in the token; empty for an empty token. INVALID_ARGUMENT (BAD_PAGE_TOKEN).
absl::StatusOr<std::string> ReadPageToken(std::string_view scope, const std::string& token);
// The same for positions that are numbers; 0 for an empty token.
absl::StatusOr<int64_t> ReadPageNumber(std::string_view scope, const std::string& token);

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_PAGE_TOKEN_H_

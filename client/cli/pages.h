// Lists come in pages; people and scripts want the list.
#ifndef ATTUNE_CLIENT_CLI_PAGES_H_
#define ATTUNE_CLIENT_CLI_PAGES_H_

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "client/cli/session.h"

namespace attune {

inline constexpr int kLargestPage = 1000;  // the server gives no more at once
inline constexpr int kUsualLimit = 50;     // of lists, unless --limit says otherwise; 0: all

// All pages up to `limit` items (0: all) as one response: the first one's, with the items of the others added.
// `fetch`: Request → StatusOr<Response>; `items`: Response& → its repeated field.
template <typename Request, typename Fetch, typename Items>
auto FetchPages(Request request, int limit, Fetch fetch, Items items) -> decltype(fetch(request)) {
  request.set_page_size(limit == 0 ? kLargestPage : std::min(limit, kLargestPage));
  auto all = fetch(request);
  while (all.ok() && !all->next_page_token().empty()) {
    const int have = items(*all).size();
    if (limit != 0 && have >= limit) break;
    if (limit != 0) request.set_page_size(std::min(limit - have, kLargestPage));
    request.set_page_token(all->next_page_token());
    auto page = fetch(request);
    if (!page.ok()) return page;
    items(*all).MergeFrom(items(*page));
    all->set_next_page_token(page->next_page_token());
  }
  return all;
}

// Says that a list goes on, where it does.
template <typename Response>
void HintMore(const Session& session, const Response& response) {
  if (!response.next_page_token().empty()) session.Hint("there are more; --limit 0 shows all");
}

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_PAGES_H_

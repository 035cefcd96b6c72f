// One page out of a list, for catalog_reads*.cc.
#ifndef ATTUNE_MANAGE_TAKE_PAGE_H_
#define ATTUNE_MANAGE_TAKE_PAGE_H_

#include <cstddef>
#include <cstdint>

#include "manage/catalog_reads.h"

namespace attune {

// The page's part of a list of `count` entries: `add(index)` appends one to the response and returns it, as a message.
template <typename Add>
void TakePage(Page& page, int64_t count, Add add) {
  int64_t next = page.from;
  for (size_t bytes = 0; next < count && next - page.from < page.size && bytes < kMaxPageBytes; ++next) {
    bytes += add(next).ByteSizeLong();
  }
  page.next = next < count ? next : 0;
}

}  // namespace attune

#endif  // ATTUNE_MANAGE_TAKE_PAGE_H_

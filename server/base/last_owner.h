// Frees large things on a thread that may take the time: it keeps them until nobody else has them, so that none of
// those who have them, such as an Ask on its I/O thread, is the last.
#ifndef ATTUNE_BASE_LAST_OWNER_H_
#define ATTUNE_BASE_LAST_OWNER_H_

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace attune {

// One thread at a time.
class LastOwner {
 public:
  using Parts = std::vector<std::shared_ptr<const void>>;

  // What `before` has and `now` has not, each once.
  void Keep(const Parts& before, const Parts& now) {
    const auto has = [](const Parts& parts, const auto& part) {
      return std::find(parts.begin(), parts.end(), part) != parts.end();
    };
    for (const auto& part : before) {
      if (part != nullptr && !has(now, part) && !has(kept_, part)) kept_.push_back(part);
    }
  }
  // Frees what nobody else has any more: nobody can get it again.
  void Free() {
    std::erase_if(kept_, [](const auto& part) { return part.use_count() == 1; });
  }
  bool empty() const { return kept_.empty(); }

 private:
  Parts kept_;
};

}  // namespace attune

#endif  // ATTUNE_BASE_LAST_OWNER_H_

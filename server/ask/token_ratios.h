// How many tokens a model's provider really counts for each estimated one (base/token_estimate.h): learnt from the
// usage that comes with answers, so that a token budget holds for languages and models of which a token is not 4 bytes.
#ifndef ATTUNE_ASK_TOKEN_RATIOS_H_
#define ATTUNE_ASK_TOKEN_RATIOS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"

namespace attune {

inline constexpr double kMinTokenRatio = 1.0 / 8;
inline constexpr double kMaxTokenRatio = 8;
inline constexpr double kTokenRatioStep = 1.0 / 16;    // of ratios that were learnt: they seldom move, and are exact
inline constexpr size_t kTokenRatioWindow = 64;        // latest answers of a model
inline constexpr int64_t kTokenRatioEvery = 8;         // answers, once so many are there: the medians are taken anew
inline constexpr int64_t kMinRatioAnswers = 8;         // until then the ratio is 1
inline constexpr int64_t kMinRatioTokens = 50;         // shorter prompts are mostly the vendor's own frame
inline constexpr size_t kMaxTokenRatioModels = 1'024;  // further ones are not learnt of

struct TokenRatio {
  double ratio = 1;     // kMinTokenRatio to kMaxTokenRatio, in steps, rounded up so that a budget is rather kept
  double error = 0;     // median of |estimate * ratio - reported| / reported, with the ratio of that moment
  int64_t answers = 0;  // learnt from
};

// In memory only. Medians of a window: a few odd answers (a cache, a schema, a tool that the vendor adds) move nothing.
// Thread-safe; a lock is held for a fraction of a microsecond.
class TokenRatios {
 public:
  // `model`: "provider/model", the one that answered. `estimated`: EstimateTokens of its prompt.
  void Learn(std::string_view model, int64_t estimated, int64_t reported);

  // Of a model that nothing is known of: a ratio of 1, and no answers.
  TokenRatio Of(std::string_view model) const;
  // By name.
  std::vector<std::pair<std::string, TokenRatio>> All() const;

 private:
  using Window = std::array<double, kTokenRatioWindow>;
  struct Model {
    Window ratios{};
    Window errors{};
    TokenRatio known;
  };

  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Model> models_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_ASK_TOKEN_RATIOS_H_

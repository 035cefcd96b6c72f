// The configuration as it is in force: read at the start, and again while the server runs.
#ifndef ATTUNE_LIVE_CONFIG_H_
#define ATTUNE_LIVE_CONFIG_H_

#include <memory>

#include "absl/status/status.h"
#include "ask/caller_limits.h"
#include "base/snapshot_cell.h"
#include "options.h"
#include "provider/registry.h"
#include "providers.h"

namespace attune {

// One thread at a time.
class LiveConfig {
 public:
  // All must outlive it. `providers` may begin with none.
  LiveConfig(const Options& options, const ProviderParts& parts, SnapshotCell<ProviderRegistry>& providers,
             CallerLimits& limits)
      : options_(options), parts_(parts), providers_(providers), limits_(limits) {}

  // Reads the file and puts in force all that it says, or nothing: an error changes nothing. Calls that run end with
  // what they began with. New breakers, queues and caches begin empty; limits of callers that stayed as they were count
  // on. Errors: as ReadConfig and MakeProviders; NOT_FOUND if the default model's provider is not on.
  absl::Status Load();

  // The same, and says on the terminal what came of it.
  void Reload();

 private:
  const Options& options_;
  const ProviderParts parts_;
  SnapshotCell<ProviderRegistry>& providers_;
  CallerLimits& limits_;
};

std::shared_ptr<const ProviderRegistry> NoProviders();

// Looks at everything that stands between the file and the first call, and says on the terminal that it is good.
// Errors: as LiveConfig::Load.
absl::Status CheckConfig(const Options& options);

}  // namespace attune

#endif  // ATTUNE_LIVE_CONFIG_H_

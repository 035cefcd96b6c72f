#include "live_config.h"

#include <iostream>
#include <memory>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/io_pool.h"
#include "base/jitter.h"
#include "base/sleep.h"
#include "config.h"
#include "http/curl_client.h"

namespace attune {

absl::Status LiveConfig::Load() {
  Config config;
  if (!options_.config.empty()) {
    ATTUNE_ASSIGN_OR_RETURN(config, ReadConfig(options_.config, Environment));
  }
  ATTUNE_ASSIGN_OR_RETURN(ProviderRegistry providers, MakeProviders(options_, config, parts_));
  ATTUNE_RETURN_IF_ERROR(providers.Resolve(options_.default_model).status());
  providers_.Set(std::make_shared<const ProviderRegistry>(std::move(providers)));
  limits_.Set(config.limits);
  return absl::OkStatus();
}

void LiveConfig::Reload() {
  if (options_.config.empty()) {
    std::cout << "nothing to read again: the server was started without --config" << std::endl;
    return;
  }
  const absl::Status loaded = Load();
  if (loaded.ok()) {
    std::cout << options_.config << " is in force; providers: " << absl::StrJoin(providers_.Get()->Names(), ", ")
              << std::endl;
  } else {
    std::cerr << "attuned: the configuration stays as it was: " << loaded.message() << std::endl;
  }
}

std::shared_ptr<const ProviderRegistry> NoProviders() {
  return std::make_shared<const ProviderRegistry>(ProviderRegistry::Builder().Build());
}

absl::Status CheckConfig(const Options& options) {
  const SystemClock clock;
  const TimerSleeper sleeper;
  Jitter jitter(0);
  IoPool io(1);
  CurlClient http(io);
  SnapshotCell<ProviderRegistry> providers(NoProviders());
  CallerLimits limits(clock);
  ATTUNE_RETURN_IF_ERROR(LiveConfig(options, {http, clock, sleeper, jitter}, providers, limits).Load());
  std::cout << options.config << " is good; providers: " << absl::StrJoin(providers.Get()->Names(), ", ") << std::endl;
  return absl::OkStatus();
}

}  // namespace attune

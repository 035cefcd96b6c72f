#include "live_config.h"

#include <iostream>
#include <memory>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "config.h"

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

}  // namespace attune

// Parts of the reader of one provider's keys in attune.yaml; config.h describes the keys.
#ifndef ATTUNE_CONFIG_PROVIDER_H_
#define ATTUNE_CONFIG_PROVIDER_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/yaml_map.h"
#include "config.h"

namespace attune {

// The bytes of a file; nullopt if it cannot be read, or has more than 4 MiB.
std::optional<std::string> ReadText(const std::string& file);

// Without control characters.
bool IsOneLine(std::string_view text);

// The name of a header as RFC 9110 §5.6.2 has it, or empty.
bool IsHeaderName(std::string_view name);

// Where the server is and what its API calls its fields: `server` with what it implies, and the keys that win over it.
// The kind must have been read.
void ReadServer(YamlMap& map, ProviderConfig& config);

// How the server is reached: proxy, trusted certificates, limits of time.
void ReadConnection(YamlMap& map, VendorOptions& options);

}  // namespace attune

#endif  // ATTUNE_CONFIG_PROVIDER_H_

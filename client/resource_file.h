// The YAML that `attune apply` takes: prompts (see prompt_file.h), datasets and aliases, one or many in a file,
// separated by "---". `kind` says which; without it a document is a prompt.
//
//   kind: dataset
//   name: faq
//   file: faq.csv               # beside this file
//   format: csv                 # and input_column, output_column, label_column, id_column, split_column, split,
//   test_share: 0.2             # deduplicate, replace, labels, output_as_label, description
//
//   kind: alias
//   prompt: support             # or dataset: faq
//   alias: production
//   version: 3                  # and canary_version, canary_share, description
//
// Pure.
#ifndef ATTUNE_CLIENT_RESOURCE_FILE_H_
#define ATTUNE_CLIENT_RESOURCE_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "client/prompt_file.h"

namespace attune {

struct DatasetFile {
  v1::ImportOptions options;
  std::string file;  // as written: relative to the YAML file
};

// What files describe, in the order in which it is applied: a prompt may name a dataset, an alias either.
struct Resources {
  std::vector<DatasetFile> datasets;
  std::vector<PromptFile> prompts;
  std::vector<v1::SetAliasRequest> aliases;
};

// Adds what the text holds. INVALID_ARGUMENT (BAD_FILE), each error with "file:line:column"; `resources` may then hold
// some of it.
absl::Status ParseResources(std::string_view file, const std::string& text, Resources& resources);

}  // namespace attune

#endif  // ATTUNE_CLIENT_RESOURCE_FILE_H_

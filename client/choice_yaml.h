// The part of a prompt file's few_shot that says which matches are shown, and what happens where none is good enough:
// choice, min_score, include, exclude, low_coverage (client/prompt_file.h). Pure.
#ifndef ATTUNE_CLIENT_CHOICE_YAML_H_
#define ATTUNE_CLIENT_CHOICE_YAML_H_

#include "attune/v1/types.pb.h"
#include "base/yaml_map.h"

namespace attune {

void ReadChoice(YamlMap& few_shot, YamlErrors& errors, v1::FewShot& proto);

// The keys that ReadChoice reads back as the same, within the map that `yaml` has begun.
void WriteChoice(YAML::Emitter& yaml, const v1::FewShot& few_shot);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CHOICE_YAML_H_

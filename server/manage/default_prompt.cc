#include "manage/default_prompt.h"

#include "dataset/selection.h"
#include "prompt/catalog.h"

namespace attune {

store::v1::Commit DefaultPromptCommit(int64_t time_us) {
  store::v1::Commit commit;
  commit.set_time_us(time_us);
  v1::Prompt& prompt = *commit.mutable_prompt();
  prompt.set_name(std::string(kDefaultName));
  prompt.set_version(1);
  v1::Message* system = prompt.add_messages();
  system->set_role("system");
  system->set_content(
      "Answer the user's question. The earlier turns are examples of good answers: follow their facts and their style. "
      "If they do not cover the question, say that you do not know.");
  v1::Message* user = prompt.add_messages();
  user->set_role("user");
  user->set_content("{{input}}");
  // Written out, as in every stored prompt: a later release may choose other defaults.
  v1::FewShot& few_shot = *prompt.mutable_few_shot();
  few_shot.set_dataset(std::string(kDefaultName));
  few_shot.set_strategy(v1::LEXICAL);
  few_shot.set_k(kDefaultExamples);
  few_shot.set_diversity(kDefaultDiversity);
  few_shot.set_order(v1::BEST_LAST);
  few_shot.set_placement(v1::TURNS);
  prompt.set_description("Made at the first start.");
  return commit;
}

}  // namespace attune

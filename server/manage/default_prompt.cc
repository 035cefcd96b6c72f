#include "manage/default_prompt.h"

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
  prompt.mutable_few_shot()->set_dataset(std::string(kDefaultName));
  prompt.mutable_few_shot()->set_strategy(v1::LEXICAL);
  prompt.set_description("Made at the first start.");
  return commit;
}

}  // namespace attune

#include "client/cli/stream_answer.h"

#include "client/cli/text_width.h"

namespace attune {
namespace {

void Collect(const v1::StreamAskResponse& chunk, v1::AskResponse& answer) {
  if (chunk.has_start()) {
    answer.set_interaction_id(chunk.start().interaction_id());
    *answer.mutable_provenance() = chunk.start().provenance();
    answer.set_model(chunk.start().model());
    answer.set_coverage(chunk.start().coverage());
  } else if (chunk.has_end()) {
    answer.set_finish_reason(chunk.end().finish_reason());
    *answer.mutable_usage() = chunk.end().usage();
    *answer.mutable_timing() = chunk.end().timing();
    answer.set_cached(chunk.end().cached());
    *answer.mutable_cost() = chunk.end().cost();
    *answer.mutable_logprobs() = chunk.end().logprobs();
    if (!chunk.end().model().empty()) answer.set_model(chunk.end().model());
  } else {
    answer.mutable_text()->append(chunk.text_delta());
  }
}

}  // namespace

absl::StatusOr<v1::AskResponse> StreamAnswer(Session& session, const v1::AskRequest& request) {
  const Console& console = session.console();
  v1::AskResponse answer;
  bool ended = false;
  const absl::Status status = session.client().StreamAsk(request, [&](const v1::StreamAskResponse& chunk) {
    Collect(chunk, answer);
    ended = ended || chunk.has_end();
    if (session.json()) {
      console.out << JsonLine(chunk) << "\n" << std::flush;
    } else {
      console.out << (console.out_is_terminal ? WithoutControls(chunk.text_delta()) : chunk.text_delta()) << std::flush;
    }
    return console.out.good();  // a closed pipe ends the call
  });
  if (!session.json() && !answer.text().empty() && !answer.text().ends_with('\n')) console.out << "\n" << std::flush;
  if (!status.ok()) return status;
  if (!ended) return absl::DataLossError("the stream ended without its last chunk; the answer is incomplete");
  return answer;
}

}  // namespace attune

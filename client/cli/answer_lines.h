// What ask and chat say about an answer beside its text.
#ifndef ATTUNE_CLIENT_CLI_ANSWER_LINES_H_
#define ATTUNE_CLIENT_CLI_ANSWER_LINES_H_

#include <string>

#include "attune/v1/attune.pb.h"
#include "attune/v1/catalog.pb.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace attune {

// "default@1 with 4 examples of default@2, builtin/nearest, coverage 0.81, 1.2 ms, interaction 01J...".
std::string DescribeAnswer(const v1::AskResponse& answer);

// The line above on stderr, and a warning where the answer is not what it seems: cut, withheld, nothing like it known.
void PrintAbout(const Session& session, const v1::AskResponse& answer);

// Examples with their scores, in the order shown.
Table ExampleTable(const google::protobuf::RepeatedPtrField<v1::ScoredExample>& examples);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_ANSWER_LINES_H_

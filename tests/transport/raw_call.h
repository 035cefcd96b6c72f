// Calls any RPC by its name with messages that a test writes as text or as raw bytes: what a client of another
// language, or a broken one, may send.
#ifndef ATTUNE_TESTS_TRANSPORT_RAW_CALL_H_
#define ATTUNE_TESTS_TRANSPORT_RAW_CALL_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace attune {

struct RawAnswer {
  grpc::Status status;
  std::vector<std::string> messages;  // as bytes
};

// Sends all `messages`, closes its side, and reads to the end. `method` is "attune.v1.Attune/Ask".
RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::vector<std::string>& messages);

// The bytes of a message of type `type` ("attune.v1.AskRequest") written in protobuf's text format; a test failure if
// that cannot be read.
std::string BytesOf(const std::string& type, const std::string& text);
// And back, on one line.
std::string TextOf(const std::string& type, const std::string& bytes);

}  // namespace attune

#endif  // ATTUNE_TESTS_TRANSPORT_RAW_CALL_H_

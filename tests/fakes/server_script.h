// What the scripted HTTP server does with one request, step by step.
#ifndef ATTUNE_TESTS_FAKES_SERVER_SCRIPT_H_
#define ATTUNE_TESTS_FAKES_SERVER_SCRIPT_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/gate.h"

namespace attune {

// A script that does not end with Close, Reset, Drip or Stall leaves the connection open for the next request.
class ServerScript {
 public:
  enum class Act { kSend, kPass, kDrip, kStall, kClose, kReset };
  struct Step {
    Act act;
    std::string bytes;
    Gate gate;
  };

  // Bytes as they are, in one write.
  ServerScript& Send(std::string bytes) { return Add({Act::kSend, std::move(bytes), {}}); }
  // Waits until the test opens the gate, or the client closes.
  ServerScript& Pass(Gate gate) { return Add({Act::kPass, {}, std::move(gate)}); }
  // The same bytes again and again, every few milliseconds, until the client closes.
  ServerScript& Drip(std::string bytes) { return Add({Act::kDrip, std::move(bytes), {}}); }
  // Says nothing more until the client closes.
  ServerScript& Stall() { return Add({Act::kStall, {}, {}}); }
  ServerScript& Close() { return Add({Act::kClose, {}, {}}); }
  // Closes with a TCP reset.
  ServerScript& Reset() { return Add({Act::kReset, {}, {}}); }

  // A response head that ends with its blank line.
  ServerScript& Head(int status, const std::vector<std::string>& headers);
  // One chunk of a chunked body, in one write; LastChunk ends the body.
  ServerScript& Chunk(std::string_view data);
  ServerScript& LastChunk() { return Send("0\r\n\r\n"); }

  const std::vector<Step>& steps() const { return steps_; }

 private:
  ServerScript& Add(Step step) {
    steps_.push_back(std::move(step));
    return *this;
  }
  std::vector<Step> steps_;
};

// A whole response with Content-Length.
ServerScript WholeResponse(int status, std::string_view body, std::string_view content_type = "application/json",
                           const std::vector<std::string>& more_headers = {});
// An event stream in chunks, one a piece, whole.
ServerScript EventStream(const std::vector<std::string>& pieces);
// The same, its body ended by closing the connection.
ServerScript EventStreamUntilClose(const std::vector<std::string>& pieces);

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_SERVER_SCRIPT_H_

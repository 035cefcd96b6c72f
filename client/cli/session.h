// What every command works with: the global flags, the console, and the connection, which is made at the first use.
//
// A command group registers its flags with CLI11 while the command line is built (AddAskCommand and so on) and names
// what to do with OnRun; main parses, then runs the one action that was chosen.
#ifndef ATTUNE_CLIENT_CLI_SESSION_H_
#define ATTUNE_CLIENT_CLI_SESSION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "client/attune_client.h"
#include "client/cli/console.h"
#include "client/cli/json_output.h"

namespace CLI {
class App;
}

namespace attune {

struct GlobalFlags {
  std::string server;                     // host:port
  bool json = false;                      // results as JSON
  std::optional<double> timeout_seconds;  // of one call; not set: 60, and none for work that takes as long as its data
};

class Session {
 public:
  using Action = std::function<absl::Status(Session&)>;

  explicit Session(const Console& console) : console_(console) {}

  GlobalFlags& flags() { return flags_; }
  const Console& console() const { return console_; }
  bool json() const { return flags_.json; }
  AttuneClient& client();

  // Runs `action` if this command is the one on the command line.
  void OnRun(CLI::App* command, Action action);
  // The exit code.
  int RunChosen();
  // What `action` may set to say more than "done" without an error.
  void set_exit_code(int code) { exit_code_ = code; }

  // A result: as JSON if asked for (then true is returned), else the caller prints it for people.
  bool PrintJson(const google::protobuf::Message& message) const;
  void PrintError(const absl::Status& status) const;
  // One line for people, on stderr, dim on a terminal.
  void Hint(const std::string& text) const;

 private:
  const Console& console_;
  GlobalFlags flags_;
  Action chosen_;
  int exit_code_ = 0;
  std::unique_ptr<AttuneClient> client_;
};

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_SESSION_H_
